#!/bin/sh
# A stand-in for 1Password's program op, for tests. What it answers lies in the folder it is in.
# It refuses what op refuses, in op's words, and whatever a careful caller must not do.
here=$(dirname "$0")

fail() {
    printf '[ERROR] 2026/08/07 12:00:00 %s\n' "$1" >&2
    exit 1
}

printf '%s\n' "$*" >> "$here/calls"
env | cut -d= -f1 >> "$here/environment"
case "$*" in
    *ops_*) fail "a token stands among the arguments, where every process sees it" ;;
esac
[ -z "$OP_CONNECT_HOST$OP_CONNECT_TOKEN" ] || fail "connecting to $OP_CONNECT_HOST: connection refused"
if env | grep -q '^OP_SESSION_'; then
    fail "session expired, sign in to create a new session"
fi
if read -r line; then
    fail "something stands on the input, and would be read as the names of items"
fi
if [ "$1" = "--version" ]; then
    cat "$here/version"
    exit 0
fi
if [ -e "$here/hang" ]; then
    sleep 600 &
    printf '%s\n%s\n' "$!" "$$" >> "$here/hanging"
    wait
fi
if [ -e "$here/instead" ]; then
    case "$*" in
        *"$(cat "$here/instead-of")"*)
            cat "$here/instead"
            exit 0
            ;;
    esac
fi

if [ -n "$OP_SERVICE_ACCOUNT_TOKEN" ]; then
    case "$OP_SERVICE_ACCOUNT_TOKEN" in
        ops_*) ;;
        *) fail "error initializing client: failed to DeserializeServiceAccountAuthToken, please use another token" ;;
    esac
    [ "$OP_SERVICE_ACCOUNT_TOKEN" = "$(cat "$here/token")" ] ||
        fail "(401) Unauthorized: the token $OP_SERVICE_ACCOUNT_TOKEN was revoked."
elif [ "$OP_BIOMETRIC_UNLOCK_ENABLED" = "true" ] && [ -e "$here/unlocked" ]; then
    [ -z "$OP_ACCOUNT" ] || [ "$OP_ACCOUNT" = "$(cat "$here/unlocked")" ] ||
        fail "no account found for filter $OP_ACCOUNT"
    mkdir "$here/asking" 2>/dev/null || : > "$here/twice-at-once"
    trap 'rmdir "$here/asking" 2>/dev/null' EXIT
else
    fail "You are not currently signed in. Please run \`op signin --help\` for instructions"
fi
if [ -e "$here/complaint" ]; then
    case "$*" in
        *"$(cat "$here/complaint-of")"*) fail "$(cat "$here/complaint")" ;;
    esac
fi
if [ -e "$here/throttled-after" ] && [ "$(grep -c '^item get' "$here/calls")" -gt "$(cat "$here/throttled-after")" ]; then
    : > "$here/throttled"
fi
[ ! -e "$here/throttled" ] ||
    fail "(429) Too Many Requests: You've reached the maximum number of this type of requests this service account is allowed to make. Please retry in 59 minutes or try other requests."

noun=$1
shift
case "$noun" in
    vault | item | service-account)
        verb=$1
        shift
        ;;
    *) verb= ;;
esac
target= vault= format= archive= newline=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --vault)
            vault=$2
            shift
            ;;
        --format)
            format=$2
            shift
            ;;
        --include-archive) archive=yes ;;
        --no-newline) newline=no ;;
        --*) fail "unknown flag: $1" ;;
        *) target=$1 ;;
    esac
    shift
done

need_vault() {
    [ -n "$vault" ] || fail "a vault query must be provided when this command is called by a service account"
    [ -d "$here/vault/$vault" ] ||
        fail "\"$vault\" isn't a vault in this account. Specify the vault with its ID or name."
}

need_json() {
    [ "$format" = "json" ] || fail "only --format json is understood here"
}

case "$noun $verb" in
    "vault list")
        need_json
        cat "$here/vaults.json"
        ;;
    "service-account ratelimit")
        need_json
        [ -n "$OP_SERVICE_ACCOUNT_TOKEN" ] || fail "this command is for service accounts"
        cat "$here/limits.json"
        ;;
    "item list")
        need_json
        need_vault
        cat "$here/vault/$vault/list${archive:+-all}.json"
        ;;
    "item get")
        need_json
        need_vault
        found=$here/vault/$vault/item/$target
        if [ ! -d "$found" ]; then
            ids=$(awk -F '\t' -v title="$target" '$2 == title { print $1 }' "$here/vault/$vault/titles")
            case $(printf '%s' "$ids" | grep -c .) in
                0) ;;
                1) found=$here/vault/$vault/item/$ids ;;
                *) fail "More than one item matches \"$target\". Try again and specify the item by its ID: $(echo "$ids" | tr '\n' ' ')" ;;
            esac
        fi
        if [ ! -d "$found" ] || { [ -e "$found/archived" ] && [ -z "$archive" ]; }; then
            fail "\"$target\" isn't an item in the \"$(cat "$here/vault/$vault/name")\" vault. Specify the item with its UUID, name, or domain."
        fi
        cat "$found/item.json"
        ;;
    "read ")
        case "$target" in
            op://*/*/*) ;;
            *) fail "could not read secret '$target': invalid secret reference" ;;
        esac
        rest=${target#op://}
        vault=${rest%%/*}
        rest=${rest#*/}
        item=${rest%%/*}
        rest=$(printf '%s' "${rest#*/}" | tr '/A-Z' '|a-z')
        found=$here/vault/$vault/item/$item
        [ ! -e "$found/ambiguous/$rest" ] ||
            fail "could not read secret '$target': more than one field matches"
        if [ ! -f "$found/value/$rest" ] || [ -e "$found/archived" ]; then
            fail "could not read secret '$target': \"$item\" isn't an item in the \"$vault\" vault. Specify the item with its UUID, name, or domain."
        fi
        cat "$found/value/$rest"
        [ "$newline" = no ] || echo
        ;;
    *) fail "unknown command \"$noun $verb\" for \"op\"" ;;
esac
