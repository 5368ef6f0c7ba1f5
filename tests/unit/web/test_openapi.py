"""test_openapi.py ROUTES OPENAPI - the table of the API's routes and share/openapi.json, as it is
built, say the same: each route is described, and what is described is a route."""

import json
import re
import subprocess
import sys
import unittest

import jsonschema

ROUTES, OPENAPI = sys.argv[1:3]


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        lines = subprocess.check_output([ROUTES], text=True).splitlines()
        cls.routes = {(method, path): (scope, body)
            for method, path, scope, body in (line.split(" ") for line in lines)}
        with open(OPENAPI, encoding="utf-8") as file:
            cls.document = json.load(file)
        cls.operations = {(method.upper(), re.sub(r"\{\w+\}", "*", path)): (path, operation)
            for path, methods in cls.document["paths"].items()
            for method, operation in methods.items()}

    def test_each_route_is_described_and_back(self):
        self.assertEqual(set(self.routes), set(self.operations))

    def test_scopes(self):
        for key, (scope, _) in self.routes.items():
            wanted = [{"token": [scope]}] if scope != "-" else []
            self.assertEqual(self.operations[key][1]["security"], wanted, key)

    def test_kinds_of_body(self):
        kinds = {"none": set(), "json": {"application/json"},
            "mail": {"application/json", "message/rfc822"}}
        for key, (_, body) in self.routes.items():
            described = self.operations[key][1].get("requestBody", {}).get("content", {})
            self.assertEqual(set(described), kinds[body], key)

    def test_names_and_answers(self):
        names = [operation["operationId"] for _, operation in self.operations.values()]
        self.assertEqual(len(names), len(set(names)))
        for (method, _), (path, operation) in self.operations.items():
            self.assertTrue(operation["summary"])
            parts = {row["name"] for row in operation.get("parameters", []) if row["in"] == "path"}
            self.assertEqual(parts, set(re.findall(r"\{(\w+)\}", path)))
            if operation["security"]:
                self.assertLessEqual({"401", "403", "429", "503"}, set(operation["responses"]))
            if "requestBody" in operation:
                self.assertLessEqual({"400", "413", "415", "422"}, set(operation["responses"]))

    def test_schemas_are_schemas_and_references_lead_somewhere(self):
        for name, schema in self.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
        for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(self.document)):
            found = self.document
            for part in reference.split("/"):
                self.assertIn(part, found, reference)
                found = found[part]

    def test_settings_are_those_of_the_table(self):
        shown = self.document["components"]["schemas"]["EmailSettings"]
        change = self.document["components"]["schemas"]["EmailChange"]
        self.assertIn("relay_host", shown["properties"])
        self.assertEqual(shown["required"], list(shown["properties"]))
        self.assertEqual(set(change["properties"]), set(shown["properties"]))
        self.assertEqual(change["required"], [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
