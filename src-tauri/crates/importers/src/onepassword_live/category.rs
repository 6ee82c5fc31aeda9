//! What 1Password's names of categories stand for.

use crate::parsed::ItemKind;

/// What a category is, by the name that `op` and Connect give it: `LOGIN`, `API_CREDENTIAL`, …
pub fn category_kind(name: &str) -> ItemKind {
    match name {
        "LOGIN" => ItemKind::Login,
        "CREDIT_CARD" => ItemKind::Card,
        "SECURE_NOTE" => ItemKind::Note,
        "IDENTITY"
        | "DRIVER_LICENSE"
        | "OUTDOOR_LICENSE"
        | "MEMBERSHIP"
        | "PASSPORT"
        | "REWARD_PROGRAM"
        | "SOCIAL_SECURITY_NUMBER"
        | "MEDICAL_RECORD" => ItemKind::Identity,
        "PASSWORD" => ItemKind::Password,
        "DOCUMENT" => ItemKind::Document,
        "SOFTWARE_LICENSE" => ItemKind::License,
        "BANK_ACCOUNT" => ItemKind::BankAccount,
        "DATABASE" => ItemKind::Database,
        "WIRELESS_ROUTER" | "SERVER" | "EMAIL_ACCOUNT" => ItemKind::Server,
        "API_CREDENTIAL" => ItemKind::ApiCredential,
        "SSH_KEY" => ItemKind::SshKey,
        _ => ItemKind::Other,
    }
}
