"""Google Cloud Storage's token server and key API in front of gcp-storage-emulator, which checks nothing by itself.
Usage: gcs_rig.py PORT EMULATOR_PORT

 POST /token                                    the jwt-bearer grant; authlib checks RS256, iss, aud, exp (RFC 7523)
 /v1/projects/P/serviceAccounts/EMAIL/keys…     list, create, delete, :disable, :enable; at most ten keys, and one of Google's own
 /v1/projects/P/serviceAccounts/EMAIL:testIamPermissions   what the caller may do
 /v1/projects/P/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query
                                                when a key last got a token: that day's first moment, as Google tells it
 GCS_KEY_DELAY=3                                a new key is refused for three seconds
 GET /storage/v1/b/B/iam/testPermissions        what the caller may do
 everything else                                needs a live token and the permission of its kind, and goes to the emulator

For tests alone, without a token:
 POST /_ctl/service_account {email, project}    makes an account that may do everything; its first key file
 POST /_ctl/permissions {email, allow: […]}     what it may do from now on; on any account's keys
 POST /_ctl/no_more_keys {email}                an organization's policy forbids new ones
 POST /_ctl/object {bucket, name}               an object with one letter in it
"""

import base64
import json
import os
import re
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidGrantError
from authlib.oauth2.rfc7523 import JWTBearerGrant
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, jsonify, request
from joserfc.jwk import KeySet, RSAKey

PORT, EMULATOR_PORT = int(sys.argv[1]), int(sys.argv[2])
BASE = f"http://127.0.0.1:{PORT}"
TOKEN_SECONDS = int(os.environ.get("GCS_TOKEN_TTL", "3600"))
ASSERTION_SECONDS_MAX = 3600 + 5
KEYS_MAX = 10
KEY_DELAY_SECONDS = float(os.environ.get("GCS_KEY_DELAY", "0"))
ALL_PERMISSIONS = [
    "storage.buckets.get",
    "storage.objects.list",
    "storage.objects.get",
    "storage.objects.create",
    "storage.objects.delete",
    "iam.serviceAccountKeys.list",
    "iam.serviceAccountKeys.create",
    "iam.serviceAccountKeys.delete",
    "iam.serviceAccountKeys.disable",
    "iam.serviceAccountKeys.enable",
    "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query",
]

keys = {}  # email -> {key id: {"public", "disabled", "made_at"}}
permissions = {}  # email -> set
tokens = {}  # token -> (email, when it ends)
used = {}  # key id -> when it last got a token
closed = set()  # emails for which an organization's policy forbids new keys


class Client:
    def __init__(self, email):
        self.email = email

    def check_grant_type(self, grant):
        return True

    def get_allowed_scope(self, scope):
        return scope

    def get_client_id(self):
        return self.email


class Grant(JWTBearerGrant):
    LEEWAY = 60

    def resolve_issuer_client(self, issuer):
        return Client(issuer) if keys.get(issuer) else None

    def resolve_client_public_key(self, client):
        spread = time.time() - KEY_DELAY_SECONDS
        live = {id: key for id, key in keys[client.email].items() if not key["disabled"] and key["made_at"] <= spread}
        return KeySet([RSAKey.import_key(key["public"], {"kid": id}) for id, key in live.items()])

    def authenticate_user(self, subject):
        return subject

    def has_granted_permission(self, client, user):
        return client.email == user

    def get_audiences(self):
        # google-auth signs the second one whatever token_uri says.
        return [BASE + "/token", request.host_url + "token", "https://oauth2.googleapis.com/token"]

    def process_assertion_claims(self, assertion):
        claims = super().process_assertion_claims(assertion)
        if not claims.get("iat") or claims["exp"] - claims["iat"] > ASSERTION_SECONDS_MAX:
            raise InvalidGrantError("exp is more than one hour after iat")
        if not claims.get("scope"):
            raise InvalidGrantError("no scope")
        return claims


app = Flask(__name__)
server = AuthorizationServer(
    app,
    query_client=lambda id: None,
    save_token=lambda token, request: tokens.__setitem__(
        token["access_token"], (request.client.email, time.time() + TOKEN_SECONDS)
    ),
)
server.register_grant(Grant)
server.register_token_generator(
    "default",
    lambda grant_type, client, **_: {
        "access_token": "ya29." + secrets.token_urlsafe(40),
        "expires_in": TOKEN_SECONDS,
        "token_type": "Bearer",
    },
)


def refused(code, message, reason, status):
    error = {"code": code, "message": message, "status": status}
    error["errors"] = [{"message": message, "domain": "global", "reason": reason}]
    return jsonify(error=error), code


def caller():
    """The account whose token came along and is live."""
    header = request.headers.get("Authorization", "")
    email, ends = tokens.get(header.removeprefix("Bearer "), (None, 0))
    return email if ends > time.time() else None


def refusal(permission):
    """What to answer instead, unless the caller may."""
    email = caller()
    if email is None:
        return refused(401, "Invalid Credentials", "authError", "UNAUTHENTICATED")
    if permission in permissions.get(email, ()):
        return None
    message = f"{email} does not have {permission} access. Permission '{permission}' denied on resource (or it may not exist)."
    return refused(403, message, "forbidden", "PERMISSION_DENIED")


@app.post("/token")
def token():
    answer = server.create_token_response()
    if answer.status_code == 200:
        head = request.form["assertion"].split(".")[0]
        id = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
        used[id] = time.time()
    return answer


def time_text(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def key_name(project, email, id):
    return f"projects/{project}/serviceAccounts/{email}/keys/{id}"


def key_view(project, email, id):
    key = keys[email][id]
    view = {
        "name": key_name(project, email, id),
        "keyType": "USER_MANAGED",
        "keyAlgorithm": "KEY_ALG_RSA_2048",
        "validAfterTime": time_text(key["made_at"]),
        "validBeforeTime": "9999-12-31T23:59:59Z",
    }
    if key["disabled"]:
        view["disabled"] = True
    return view


def make_key(project, email):
    key, id = rsa.generate_private_key(65537, 2048), secrets.token_hex(20)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    keys.setdefault(email, {})[id] = {"public": public, "disabled": False, "made_at": time.time()}
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return id, {
        "type": "service_account",
        "project_id": project,
        "private_key_id": id,
        "private_key": private.decode(),
        "client_email": email,
        "client_id": "1" * 21,
        "auth_uri": BASE + "/auth",
        "token_uri": request.host_url + "token",
        "universe_domain": "googleapis.com",
    }


@app.route("/v1/projects/<project>/serviceAccounts/<email>/keys", methods=["GET", "POST"])
def list_or_create(project, email):
    act = "list" if request.method == "GET" else "create"
    if answer := refusal(f"iam.serviceAccountKeys.{act}"):
        return answer
    project = keys_project(project, email)
    if act == "list":
        listed = [key_view(project, email, id) for id in keys.get(email, {})]
        if request.args.get("keyTypes") != "USER_MANAGED":
            name = key_name(project, email, "0" * 40)
            listed.append({"name": name, "keyType": "SYSTEM_MANAGED", "validAfterTime": time_text(time.time())})
        return jsonify(keys=listed)
    if email in closed:
        message = "Key creation is not allowed on this service account."
        return refused(400, message, "failedPrecondition", "FAILED_PRECONDITION")
    if len(keys.get(email, {})) >= KEYS_MAX:
        # So since 2021; before, it was 429 with "Maximum number of keys on account reached."
        return refused(400, "Precondition check failed.", "failedPrecondition", "FAILED_PRECONDITION")
    id, file = make_key(project, email)
    return jsonify(
        **key_view(project, email, id),
        privateKeyType="TYPE_GOOGLE_CREDENTIALS_FILE",
        privateKeyData=base64.b64encode(json.dumps(file).encode()).decode(),
    )


projects = {}  # email -> project


def keys_project(project, email):
    """`-` stands for whichever project the account is in."""
    return projects.get(email, project) if project == "-" else project


@app.route("/v1/projects/<project>/serviceAccounts/<email>/keys/<id>", methods=["DELETE"])
def delete(project, email, id):
    if answer := refusal("iam.serviceAccountKeys.delete"):
        return answer
    if keys.get(email, {}).pop(id, None) is None:
        return refused(404, f"Service account key {id} does not exist.", "notFound", "NOT_FOUND")
    return jsonify()


@app.post("/v1/projects/<project>/serviceAccounts/<email>/keys/<id>:<act>")
def disable_or_enable(project, email, id, act):
    if answer := refusal(f"iam.serviceAccountKeys.{act}"):
        return answer
    if id not in keys.get(email, {}):
        return refused(404, f"Service account key {id} does not exist.", "notFound", "NOT_FOUND")
    keys[email][id]["disabled"] = act == "disable"
    return jsonify()


@app.post("/v1/projects/<project>/serviceAccounts/<email>:testIamPermissions")
def test_account_permissions(project, email):
    asking = caller()
    if asking is None:
        return refused(401, "Invalid Credentials", "authError", "UNAUTHENTICATED")
    held = [one for one in request.get_json()["permissions"] if one in permissions.get(asking, ())]
    return jsonify({"permissions": held} if held else {})


@app.get("/v1/projects/<project>/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query")
def activities(project):
    if answer := refusal("policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query"):
        return answer
    found = []
    for email, held in keys.items():
        for id in held:
            if projects.get(email) == project and id in used:
                day = time_text(used[id] - used[id] % 86400)
                name = "//iam.googleapis.com/" + key_name(project, email, id)
                found.append({"fullResourceName": name, "activityType": "serviceAccountKeyLastAuthentication",
                              "activity": {"lastAuthenticatedTime": day}})
    return jsonify({"activities": found} if found else {})


@app.post("/_ctl/no_more_keys")
def no_more_keys():
    closed.add(request.get_json()["email"])
    return jsonify()


@app.post("/_ctl/service_account")
def service_account():
    asked = request.get_json()
    permissions[asked["email"]] = set(ALL_PERMISSIONS)
    projects[asked["email"]] = asked["project"]
    id, file = make_key(asked["project"], asked["email"])
    # Known everywhere, as one that was made long ago.
    keys[asked["email"]][id]["made_at"] -= 3600
    return jsonify(file)


@app.post("/_ctl/permissions")
def set_permissions():
    asked = request.get_json()
    permissions[asked["email"]] = set(asked["allow"])
    return jsonify()


@app.post("/_ctl/object")
def make_object():
    asked = request.get_json()
    name = urllib.parse.quote(asked["name"], safe="")
    url = f"http://127.0.0.1:{EMULATOR_PORT}/upload/storage/v1/b/{asked['bucket']}/o?uploadType=media&name={name}"
    urllib.request.urlopen(urllib.request.Request(url, data=b"x", method="POST")).read()
    return jsonify()


@app.get("/storage/v1/b/<bucket>/iam/testPermissions")
def test_permissions(bucket):
    email = caller()
    if email is None:
        return refused(401, "Invalid Credentials", "authError", "UNAUTHENTICATED")
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{EMULATOR_PORT}/storage/v1/b/{bucket}").read()
    except urllib.error.HTTPError:
        return refused(404, "The specified bucket does not exist.", "notFound", "NOT_FOUND")
    held = [one for one in request.args.getlist("permissions") if one in permissions.get(email, ())]
    answer = {"kind": "storage#testIamPermissionsResponse"}
    if held:
        answer["permissions"] = held
    return jsonify(answer)


NEEDS = [
    ("GET", r"/storage/v1/b/[^/]+", "storage.buckets.get"),
    ("GET", r"/storage/v1/b/[^/]+/o", "storage.objects.list"),
    ("GET", r"/storage/v1/b/[^/]+/o/[^/]+", "storage.objects.get"),
    ("POST", r"/upload/storage/v1/b/[^/]+/o", "storage.objects.create"),
    ("DELETE", r"/storage/v1/b/[^/]+/o/[^/]+", "storage.objects.delete"),
]


@app.route("/<path:_>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def storage(_):
    # The path as it was sent: %2F inside an object's name is not a slash.
    path = request.environ["RAW_URI"]
    bare = path.split("?")[0]
    needed = [need for method, form, need in NEEDS if method == request.method and re.fullmatch(form, bare)]
    if not needed:
        return refused(404, "Not Found", "notFound", "NOT_FOUND")
    if answer := refusal(needed[0]):
        return answer
    dropped = ("host", "authorization", "content-length")
    passed_on = urllib.request.Request(
        f"http://127.0.0.1:{EMULATOR_PORT}{path}",
        data=request.get_data() or None,
        method=request.method,
        headers={name: value for name, value in request.headers if name.lower() not in dropped},
    )
    try:
        answer = urllib.request.urlopen(passed_on)
    except urllib.error.HTTPError as error:
        answer = error
    body = answer.read().replace(f"http://127.0.0.1:{EMULATOR_PORT}".encode(), BASE.encode())
    dropped = ("content-length", "transfer-encoding", "connection")
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in dropped]
    return Response(body, answer.status, headers)


app.run("127.0.0.1", PORT, threaded=True)
