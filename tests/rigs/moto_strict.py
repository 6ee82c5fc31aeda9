"""moto's server with the gaps closed that matter to the rotation of keys. Usage: moto_strict.py PORT

 - an inactive key is refused
 - X-Amz-Date more than 15 minutes off is refused
 - S3: x-amz-content-sha256 is compared with the body
 - DeleteUser with keys left is a DeleteConflict
 - a new key is refused for MOTO_KEY_DELAY seconds, as while a real one spreads
 - SimulatePrincipalPolicy answers for users, by moto's own reading of their policies

Signatures are checked after POST /moto-api/reset-auth with the body 0 (Content-Type: text/plain), and until then not.
"""

import datetime
import hashlib
import os
import sys
import time

from moto.core.responses import ActionResult
from moto.iam import access_control, models
from moto.iam.responses import IamResponse

KEY_DELAY_SECONDS = float(os.environ.get("MOTO_KEY_DELAY", "0"))
SKEW_SECONDS_MAX = 15 * 60

made_at = {}


# The methods as moto has them, called by what replaces them.
make_key = models.AccessKey.__init__
find_key = access_control.IAMUserAccessKey.__init__
check_signature = access_control.IAMRequestBase.check_signature
delete_user = models.IAMBackend.delete_user


def make_key_noting_when(self, *args, **kwargs):
    make_key(self, *args, **kwargs)
    made_at[self.access_key_id] = time.time()


def find_usable_key(self, account_id, partition, access_key_id, headers):
    find_key(self, account_id, partition, access_key_id, headers)
    for user in self.backend.list_users("/", None, None):
        for key in user.access_keys:
            if key.access_key_id != access_key_id:
                continue
            age = time.time() - made_at.get(access_key_id, 0)
            if key.status != "Active" or age < KEY_DELAY_SECONDS:
                raise access_control.CreateAccessKeyFailure(reason="InvalidId")


def check_date_and_body_too(self):
    asked = datetime.datetime.strptime(self._headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    now = datetime.datetime.now(datetime.timezone.utc)
    skew = now - asked.replace(tzinfo=datetime.timezone.utc)
    if abs(skew.total_seconds()) > SKEW_SECONDS_MAX:
        self._raise_signature_does_not_match()
    told = self._headers.get("X-Amz-Content-Sha256", "")
    has_body = self._method in ("PUT", "POST") and isinstance(self._body, bytes)
    if self._service == "s3" and len(told) == 64 and has_body:
        if hashlib.sha256(self._body).hexdigest() != told:
            self._raise_signature_does_not_match()
    check_signature(self)


def delete_user_without_keys(self, user_name):
    if self.get_user(user_name).access_keys:
        raise models.DeleteConflictException(
            "Cannot delete entity, must delete access keys first."
        )
    return delete_user(self, user_name)


def decision(policies, action, resource):
    results = [
        access_control.IAMPolicy(policy).is_action_permitted(action, resource) for policy in policies
    ]
    if access_control.PermissionResult.DENIED in results:
        return "explicitDeny"
    permitted = access_control.PermissionResult.PERMITTED in results
    return "allowed" if permitted else "implicitDeny"


def simulate_principal_policy(self):
    user = self.backend.get_user(self._get_param("PolicySourceArn").split("/")[-1])
    source = access_control.IAMUserAccessKey.__new__(access_control.IAMUserAccessKey)
    source.account_id, source.partition = self.current_account, self.partition
    source._owner_user_name = user.name
    policies = source.collect_policies()
    resource = (self._get_param("ResourceArns") or ["*"])[0]
    return ActionResult(
        {
            "EvaluationResults": [
                {"EvalActionName": action, "EvalDecision": decision(policies, action, resource)}
                for action in self._get_param("ActionNames")
            ],
            "IsTruncated": False,
        }
    )


IamResponse.simulate_principal_policy = simulate_principal_policy
models.AccessKey.__init__ = make_key_noting_when
access_control.IAMUserAccessKey.__init__ = find_usable_key
access_control.IAMRequestBase.check_signature = check_date_and_body_too
models.IAMBackend.delete_user = delete_user_without_keys

from moto.server import main  # noqa: E402 (after the changes above)

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
