//! What key types must not be able to do, checked by the compiler.

use crate::grant::GrantedKeys;
use crate::identity::Identity;
use crate::memory::Key;
use crate::page_key::PageKey;
use crate::password::{NewPassword, Password};
use crate::recovery_code::RecoveryCode;
use crate::seal::VersionKey;
use crate::suite::RecipientKey;
use crate::unlock_keys::UnlockedKeys;
use crate::wrapped_key::ValueKey;

/// A type that implements one of `$forbidden` makes the choice of `A` ambiguous, and this file no
/// longer compiles.
macro_rules! assert_implements_none_of {
    ($type:ty: $($forbidden:path),+) => {{
        trait Unambiguous<A> {
            fn check() {}
        }
        impl<T: ?Sized> Unambiguous<()> for T {}
        $({
            struct Forbidden;
            impl<T: ?Sized + $forbidden> Unambiguous<Forbidden> for T {}
        })+
        <$type as Unambiguous<_>>::check();
    }};
}

macro_rules! assert_is_kept_secret {
    ($($type:ty),+ $(,)?) => {
        $(assert_implements_none_of!(
            $type: Clone, std::fmt::Debug, std::fmt::Display, serde::Serialize, PartialEq
        );)+
    };
}

#[test]
fn out_01_no_key_password_or_code_can_be_cloned_shown_or_serialised() {
    assert_is_kept_secret!(
        Key<32>,
        Identity,
        RecipientKey,
        PageKey,
        ValueKey,
        VersionKey,
        GrantedKeys,
        UnlockedKeys,
        Password,
        NewPassword,
        RecoveryCode,
    );
}
