# SPDX-License-Identifier: Apache-2.0
"""A client of `aws login`, as the AWS CLI does it: with a key of its own, a browser that somebody
else drives, and a file for SDKs. Standard library; openssl makes the key and signs.
"""
import base64
import datetime
import hashlib
import http.client
import http.server
import json
import pathlib
import secrets
import shutil
import subprocess
import threading
import time
import urllib.parse
import uuid

import harness

SAME_DEVICE = "arn:aws:signin:::devtools/same-device"
CROSS_DEVICE = "arn:aws:signin:::devtools/cross-device"
OPENSSL = shutil.which("openssl")
P256_BYTES = 32


def need_openssl():
    if not OPENSSL:
        harness.skip("openssl is missing")


def openssl(*arguments, data=b""):
    return subprocess.run([OPENSSL, *arguments], input=data, capture_output=True, check=True).stdout


def encoded(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def numbers_of(der):
    """The two numbers of an ECDSA signature, one behind the other."""
    at, result = 2, b""
    for _ in range(2):
        size = der[at + 1]
        number = int.from_bytes(der[at + 2:at + 2 + size], "big")
        result += number.to_bytes(P256_BYTES, "big")
        at += 2 + size
    return result


class Key:
    """Of P-256, in the form that clients keep."""

    def __init__(self, folder):
        self.file = pathlib.Path(folder, f"{uuid.uuid4()}.pem")
        self.pem = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout").decode()
        self.file.write_text(self.pem, encoding="ascii")
        point = openssl("ec", "-in", self.file, "-pubout", "-outform", "DER")[-2 * P256_BYTES:]
        self.jwk = {"kty": "EC", "x": encoded(point[:P256_BYTES]),
                    "y": encoded(point[P256_BYTES:]), "crv": "P-256"}

    def proof(self, url, **claims):
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        body = {"htm": "POST", "htu": url, "iat": int(time.time()), "jti": str(uuid.uuid4()),
                **claims}
        text = ".".join(encoded(json.dumps(part).encode()) for part in (head, body))
        der = openssl("dgst", "-sha256", "-sign", self.file, data=text.encode())
        return f"{text}.{encoded(numbers_of(der))}"


class Callback(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.urlsplit(self.path).query
        self.server.told = dict(urllib.parse.parse_qsl(query))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Login:
    """One `aws login`. ENDPOINT may have a path, which is left out where the browser goes."""

    def __init__(self, endpoint, folder, remote=False, key=None):
        self.endpoint = endpoint
        parts = urllib.parse.urlsplit(endpoint)
        self.authority, self.base = parts.netloc, f"{parts.scheme}://{parts.netloc}"
        self.key = key or Key(folder)
        self.client_id = CROSS_DEVICE if remote else SAME_DEVICE
        self.verifier, self.state = secrets.token_urlsafe(48), str(uuid.uuid4())
        self.listener = None if remote else http.server.HTTPServer(("127.0.0.1", 0), Callback)
        self.redirect_uri = self.base + "/v1/sessions/confirmation" if remote else \
            f"http://127.0.0.1:{self.listener.server_port}/oauth/callback"
        self.tokens = None

    def path(self, **changes):
        """Of the page for the browser, with parameters in the order of the AWS CLI."""
        challenge = encoded(hashlib.sha256(self.verifier.encode()).digest())
        query = {"response_type": "code", "client_id": self.client_id, "state": self.state,
                 "code_challenge_method": "SHA-256", "scope": "openid",
                 "redirect_uri": self.redirect_uri, "code_challenge": challenge, **changes}
        return "/v1/authorize?" + urllib.parse.urlencode(
            {name: value for name, value in query.items() if value is not None})

    def listen(self, url):
        """What the browser brings when it follows that URL to the listener."""
        thread = threading.Thread(target=self.listener.handle_request)
        thread.start()
        place = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(place.netloc, timeout=harness.STOP_SECONDS)
        connection.request("GET", f"{place.path}?{place.query}")
        connection.getresponse().read()
        connection.close()
        thread.join(harness.STOP_SECONDS)
        self.listener.server_close()
        return self.check(self.listener.told)

    def paste(self, text):
        """What the person copies from the page of the other device."""
        return self.check(dict(urllib.parse.parse_qsl(base64.b64decode(text).decode())))

    def check(self, told):
        if "error" in told:
            raise PermissionError(told["error"])
        assert told["state"] == self.state
        return told["code"]

    def post(self, body, proof=None, headers=None):
        """A request for tokens; status, headers and JSON."""
        url = self.endpoint + "/v1/token"
        sent = {"Content-Type": "application/json", "DPoP": proof or self.key.proof(url),
                "amz-sdk-invocation-id": str(uuid.uuid4()),
                "amz-sdk-request": "attempt=1", **(headers or {})}
        connection = http.client.HTTPConnection(self.authority, timeout=harness.STOP_SECONDS)
        try:
            connection.request("POST", urllib.parse.urlsplit(url).path, json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, json.loads(answer.read())
        finally:
            connection.close()

    def code_body(self, code, **changes):
        return {"clientId": self.client_id, "grantType": "authorization_code", "code": code,
                "codeVerifier": self.verifier, "redirectUri": self.redirect_uri, **changes}

    def refresh_body(self, **changes):
        return {"clientId": self.client_id, "grantType": "refresh_token",
                "refreshToken": self.tokens["refreshToken"], **changes}

    def keep(self, answer):
        status, _, tokens = answer
        assert status == 200, tokens
        self.tokens = {**(self.tokens or {}), **tokens}

    def exchange(self, code):
        self.keep(self.post(self.code_body(code)))

    def refresh(self):
        self.keep(self.post(self.refresh_body()))

    @property
    def credentials(self):
        """As a tuple for signed.Client."""
        token = self.tokens["accessToken"]
        return token["accessKeyId"], token["secretAccessKey"], token["sessionToken"]

    @property
    def arn(self):
        """Who signed in, of the token that nobody verifies."""
        payload = self.tokens["idToken"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]

    def save(self, folder, seconds):
        """The file that SDKs go on with, whose keys end so many seconds from now."""
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        kept = {"accessToken": {**self.tokens["accessToken"], "accountId": self.arn.split(":")[4],
                                "expiresAt": end.strftime("%Y-%m-%dT%H:%M:%SZ")},
                "tokenType": self.tokens["tokenType"], "clientId": self.client_id,
                "refreshToken": self.tokens["refreshToken"], "idToken": self.tokens["idToken"],
                "dpopKey": self.key.pem}
        name = hashlib.sha256(self.arn.encode()).hexdigest() + ".json"
        pathlib.Path(folder, name).write_text(json.dumps(kept), encoding="ascii")
        return pathlib.Path(folder, name)
