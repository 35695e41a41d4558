"""A SAML identity provider on 127.0.0.1 that signs in one person without asking: `idp.py PORT FOLDER`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, server
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NAMEID_FORMAT_TRANSIENT

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
URL = f"http://127.0.0.1:{PORT}"
PARTNERS = FOLDER / "partners.xml"
SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
PERSON = {
    "uid": "alice",
    "mail": "alice@acme.example",
    "givenName": "Alice",
    "sn": "Liddell",
    "eduPersonAffiliation": ["engineering", "vpn-users", "all-staff"],
    "eduPersonEntitlement": ["app_admin", "app_auditor"],
}


class Idp:
    """What it sends is set by the test; `mood` holds only what differs from pysaml2's own choice."""

    mood: dict = {}

    def config(self):
        service = {
            "endpoints": {
                "single_sign_on_service": [(f"{URL}/sso", BINDING_HTTP_REDIRECT), (f"{URL}/sso", BINDING_HTTP_POST)]
            },
            "policy": {"default": {"lifetime": {"minutes": 15}, "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"}},
            "name_id_format": [NAMEID_FORMAT_TRANSIENT, NAMEID_FORMAT_PERSISTENT],
            "want_authn_requests_signed": self.mood.get("wantSigned", False),
            "sign_response": self.mood.get("signResponse", False),
            "sign_assertion": self.mood.get("signAssertion", True),
            "signing_algorithm": self.mood.get("signature", SHA256),
            "digest_algorithm": self.mood.get("digest", "http://www.w3.org/2001/04/xmlenc#sha256"),
        }
        return IdPConfig().load(
            {
                "entityid": f"{URL}/metadata",
                "xmlsec_binary": "/usr/bin/xmlsec1",
                "key_file": str(FOLDER / "key.pem"),
                "cert_file": str(FOLDER / "certificate.pem"),
                "service": {"idp": service},
                "metadata": {"local": [str(PARTNERS)]} if PARTNERS.exists() else {},
            }
        )

    def answer(self, request, relay_state, binding):
        idp = server.Server(config=self.config())
        message = idp.parse_authn_request(request, binding).message
        asked = idp.response_args(message)
        identity = dict(PERSON, **({"eduPersonTargetedID": "opaque-1"} if self.mood.get("targetedId") else {}))
        if self.mood.get("ignorePolicy"):
            asked["name_id_policy"] = None
        response = idp.create_authn_response(
            identity=identity,
            userid="alice",
            authn={"class_ref": PASSWORD, "authn_auth": URL},
            sign_response=self.mood.get("signResponse", False),
            sign_assertion=self.mood.get("signAssertion", True),
            encrypt_assertion=self.mood.get("encrypt", False),
            **asked,
        )
        where = asked["destination"]
        return idp.apply_binding(BINDING_HTTP_POST, str(response), where, relay_state, response=True)["data"]


class Handler(BaseHTTPRequestHandler):
    idp = Idp()

    def log_message(self, *_):
        pass

    def do_GET(self):
        path, fields = urlparse(self.path).path, parse_qs(urlparse(self.path).query)
        if path == "/metadata":
            self.tell(str(entity_descriptor(self.idp.config())), "application/samlmetadata+xml")
        else:
            self.sign_in(fields, BINDING_HTTP_REDIRECT)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.sign_in(parse_qs(body), BINDING_HTTP_POST)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if self.path == "/mood":
            self.idp.mood = json.loads(body)
        else:
            PARTNERS.write_text(body)
        self.tell("")

    def sign_in(self, fields, binding):
        self.tell(self.idp.answer(fields["SAMLRequest"][0], fields["RelayState"][0], binding))

    def tell(self, body, kind="text/html"):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(body.encode() if isinstance(body, str) else body)


HTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
