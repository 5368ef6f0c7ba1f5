"""HTTPS as the tests need it: raw bytes when the form of a request matters, and a small browser
without JavaScript that keeps cookies and fills in forms."""

import html.parser
import http.client
import socket
import ssl
import urllib.parse


def unverified():
    """The daemon's own certificate is not signed by anyone."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def raw(port, data, host="127.0.0.1", seconds=15):
    """Sends bytes and returns all that comes back until the server closes."""
    with socket.create_connection((host, port), timeout=seconds) as plain:
        with unverified().wrap_socket(plain, server_hostname="localhost") as connection:
            connection.sendall(data)
            return read_all(connection)


def read_all(connection):
    received = b""
    while True:
        try:
            more = connection.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            return received
        if not more:
            return received
        received += more


class Answer:
    """One answer: status, headers (as http.client gives them), body (bytes), url."""

    def __init__(self, url, response):
        self.url = url
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    @property
    def forms(self):
        reader = FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, action=None):
        """The one form with this action, or the only one with fields to fill in."""
        fitting = [form for form in self.forms if action is None or form.action == action]
        if len(fitting) > 1 and action is None:
            fitting = [form for form in fitting if form.typed]
        assert len(fitting) == 1, f"{self.url}: {[form.action for form in self.forms]}"
        return fitting[0]


class Form:
    def __init__(self, action, method):
        self.action = action
        self.method = method
        self.fields = {}  # name: value, as a browser would send it unchanged
        self.choices = {}  # select name: its values
        self.buttons = {}  # name: values
        self.typed = False  # has fields that people fill in


class FormReader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self._form = self._area = self._select = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name = attributes.get("name")
        if tag == "form":
            self._form = Form(attributes.get("action"), attributes.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None or "disabled" in attributes:
            return
        elif tag == "input" and name:
            self._input(name, attributes)
        elif tag == "textarea" and name:
            self._area, self._form.fields[name], self._form.typed = name, "", True
        elif tag == "select" and name:
            self._select, self._form.choices[name], self._form.typed = name, [], True
        elif tag == "option" and self._select:
            value = attributes.get("value", "")
            self._form.choices[self._select].append(value)
            if "selected" in attributes or self._select not in self._form.fields:
                self._form.fields[self._select] = value
        elif tag == "button" and name:
            self._form.buttons.setdefault(name, []).append(attributes.get("value", ""))

    def _input(self, name, attributes):
        kind = attributes.get("type", "text")
        if kind in ("submit", "button"):
            self._form.buttons.setdefault(name, []).append(attributes.get("value", ""))
            return
        if kind != "hidden":
            self._form.typed = True
        if kind in ("checkbox", "radio"):
            self._form.choices.setdefault(name, []).append(attributes.get("value", "on"))
            if "checked" not in attributes:
                return
            self._form.fields[name] = attributes.get("value", "on")
        else:
            self._form.fields[name] = attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            if self._form and self._area:  # a line end right after the tag does not count
                text = self._form.fields[self._area]
                self._form.fields[self._area] = text.removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._form and self._area:
            self._form.fields[self._area] += data


class Browser:
    """Cookies, redirects and forms; every request on a connection of its own."""

    def __init__(self, port, host="localhost"):
        self.origin = f"https://{host}:{port}"
        self._address = ("127.0.0.1", port)
        self.cookies = {}

    def request(self, method, path, body=None, headers=None, follow=True):
        """One request with the cookies; redirects are followed as GET."""
        url = urllib.parse.urljoin(self.origin, path)
        parts = urllib.parse.urlsplit(url)
        target = parts.path + ("?" + parts.query if parts.query else "")
        sent = {"Host": parts.netloc}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPSConnection(*self._address, timeout=30, context=unverified())
        try:
            connection.request(method, target, body=body, headers={**sent, **(headers or {})})
            answer = Answer(url, connection.getresponse())
        finally:
            connection.close()
        self._keep_cookies(answer)
        if follow and answer.status in (302, 303, 307):
            return self.request("GET", urllib.parse.urljoin(url, answer.headers["Location"]))
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, fields, headers=None, **options):
        """Sends a form as a browser on this origin would."""
        return self.request("POST", path, urllib.parse.urlencode(fields), {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.origin, **(headers or {})}, **options)

    def submit(self, answer, fields=None, action=None, button=None, without=(), **options):
        """Fills in a form of the page and sends it; `button` is (name, value)."""
        form = answer.form(action)
        unknown = set(fields or {}) - set(form.fields) - set(form.choices)
        assert not unknown, f"the form has no field {unknown}, but {sorted(form.fields)}"
        values = {**form.fields, **(fields or {}), **dict([button] if button else [])}
        for name in without:
            values.pop(name, None)
        return self.post(urllib.parse.urljoin(answer.url, form.action or ""), values, **options)

    def _keep_cookies(self, answer):
        for line in answer.headers.get_all("Set-Cookie", []):
            name, value = line.split(";")[0].split("=", 1)
            if "max-age=0" in line.lower() or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
