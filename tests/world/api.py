"""A client of the API, generated from its own description: one method for each operation, which
checks what it gets against the schema that is documented for that status."""

import http.client
import json
import re
import urllib.parse

import jsonschema

from .web import unverified


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


def call(port, method, target, token=None, body=None, headers=None):
    """One request; nothing of it is checked. A body that is no bytes goes as JSON."""
    sent = dict(headers or {})
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=unverified())
    try:
        connection.request(method, target, body=body, headers=sent)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


class Client:
    """`client.getStatus()`, `client.getMessage(id="...")`, `client.sendMessage(body={...})`."""

    def __init__(self, port, token=None):
        self.port = port
        self.token = token
        self.document = call(port, "GET", "/api/v1/openapi.json").json
        self.seen = set()  # (operationId, status) of the answers so far
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                setattr(self, operation["operationId"],
                    self._function(method.upper(), path, operation))

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def validate(self, value, schema):
        jsonschema.Draft202012Validator({**schema, "components": self.document["components"]},
            format_checker=jsonschema.FormatChecker()).validate(value)

    def _function(self, method, path, operation):
        places = {row["name"]: row["in"] for row in operation.get("parameters", [])}

        def function(body=None, media="application/json", token=None, **arguments):
            target, query, headers = path, [], {}
            for name, value in arguments.items():
                place = places[name.replace("_", "-") if "_" in name else name]
                if place == "path":
                    target = target.replace("{" + name + "}", urllib.parse.quote(str(value)))
                elif place == "query":
                    query += [(name, one) for one in value] if isinstance(value, list) \
                        else [(name, value)]
                else:
                    headers[name.replace("_", "-")] = value
            assert "{" not in target, f"{operation['operationId']} lacks a part of {path}"
            if query:
                target += "?" + urllib.parse.urlencode(query)
            if body is not None:
                kinds = operation["requestBody"]["content"]
                assert media in kinds
                headers["Content-Type"] = media
            reply = call(self.port, method, target, token or self.token, body, headers)
            self._check(operation, reply)
            return reply

        function.__name__ = operation["operationId"]
        function.__doc__ = operation["summary"]
        return function

    def _check(self, operation, reply):
        name = operation["operationId"]
        assert str(reply.status) in operation["responses"], \
            f"{name}: {reply.status} is not documented: {reply.body[:500]}"
        self.seen.add((name, reply.status))
        documented = self.resolve(operation["responses"][str(reply.status)])
        for header in documented.get("headers", {}):
            assert reply.headers[header] is not None, f"{name}: {reply.status} lacks {header}"
        media = reply.headers.get_content_type()
        assert media in documented["content"], f"{name}: {media}"
        schema = documented["content"][media]["schema"]
        if media.endswith("json"):
            self.validate(reply.json, schema)


def wait_for_test(client, run, seconds=30):
    """The run of a test mail, once it is done."""
    from .net import wait_until
    last = {}

    def done():
        last.update(client.getTest(run=run).json)
        return last["done"]
    wait_until(done, seconds, "the test mail's end")
    return last


def operations(document):
    """(METHOD, path) of each, with "*" for what stands in braces."""
    return {(method.upper(), re.sub(r"\{\w+\}", "*", path))
        for path, methods in document["paths"].items() for method in methods}
