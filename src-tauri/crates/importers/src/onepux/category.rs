//! What 1Password's category codes stand for.

use crate::parsed::ItemKind;

pub(super) fn kind_of(code: Option<&str>) -> ItemKind {
    match code {
        Some("001") => ItemKind::Login,
        Some("002") => ItemKind::Card,
        Some("003") => ItemKind::Note,
        // Identity, driver license, outdoor license, membership, passport, rewards, social security number, medical record.
        Some("004" | "103" | "104" | "105" | "106" | "107" | "108" | "113") => ItemKind::Identity,
        Some("005") => ItemKind::Password,
        Some("006") => ItemKind::Document,
        Some("100") => ItemKind::License,
        Some("101") => ItemKind::BankAccount,
        Some("102") => ItemKind::Database,
        // Wireless router, server, email account.
        Some("109" | "110" | "111") => ItemKind::Server,
        Some("112") => ItemKind::ApiCredential,
        Some("114") => ItemKind::SshKey,
        _ => ItemKind::Other,
    }
}
