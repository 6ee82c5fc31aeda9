use std::fs;

use serde_json::json;
use testkit::temp_vault::PASSWORD;

use crate::world::World;

#[test]
fn a_new_vault_is_open_and_its_code_is_shown_until_confirmed() {
    let world = World::new();
    let request = json!({ "name": "Turn Meadow", "member_name": "Dana", "password": "knot sanderling dunlin plover ruff" });
    let made = world.done("vault_create", request);
    let status = world.done("app_status", json!({}));
    assert_eq!(
        (&status["state"], &status["vault"]),
        (&json!("unlocked"), &made["vault"])
    );
    assert_eq!(
        (&status["member"]["name"], &status["member"]["role"]),
        (&json!("Dana"), &json!("owner"))
    );

    let sheet = world.vault.home().join("sheet.txt");
    world.choose(&sheet);
    assert_eq!(
        world.done("recovery_sheet_save", json!({})),
        json!({ "saved_as": "sheet.txt" })
    );
    assert!(
        fs::read_to_string(&sheet)
            .unwrap()
            .contains(made["recovery_code"].as_str().unwrap())
    );
    world.done("recovery_sheet_print", json!({}));
    world.done("recovery_confirm", json!({}));
    assert_eq!(
        world.refused("recovery_sheet_save", json!({}))["type"],
        "not_found"
    );

    let listed = world.done("vault_list", json!({}))["vaults"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(
        (&listed[0]["name"], &listed[0]["state"]),
        (&json!("Turn Meadow"), &json!("ok"))
    );
}

#[test]
fn every_fault_of_a_new_vault_is_listed() {
    let world = World::new();
    let refused = world.refused("vault_create", json!({ "name": "", "password": "123456" }));
    let ways: Vec<_> = refused["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["loc"][0].clone())
        .collect();
    assert_eq!(ways, ["name", "member_name", "password"]);
}

#[test]
fn a_password_is_rated_while_it_is_typed() {
    let world = World::new();
    let rate = |password: &str, words: &[&str]| {
        world.done(
            "password_strength",
            json!({ "password": password, "words": words }),
        )
    };
    assert_eq!(rate("", &[])["acceptable"], false);
    assert_eq!(rate("password", &[])["acceptable"], false);
    assert!(
        !rate("password", &[])["message"]
            .as_str()
            .unwrap()
            .is_empty()
    );
    assert_eq!(rate("turnmeadow", &["turnmeadow"])["score"], 0);
    assert_eq!(
        rate("knot sanderling dunlin plover ruff", &[])["acceptable"],
        true
    );
}

#[test]
fn a_vault_from_elsewhere_is_added_and_damage_is_told_in_the_list() {
    let (world, other) = (World::new(), World::new());
    world.choose(&other.vault.folder());
    let added = world.done("vault_add", json!({}));
    assert_eq!(added["vault"]["vault_id"], json!(other.vault_id()));
    let listed = world.done("vault_list", json!({}))["vaults"].clone();
    let same = |vault: &&serde_json::Value| vault["folder"] == added["folder"];
    let found = listed.as_array().unwrap().iter().find(same).unwrap();
    assert_eq!(found["vault_id"], json!(other.vault_id()));
    assert_eq!(
        world.done("vault_add", json!({})),
        json!({ "cancelled": true })
    );

    for name in ["keys.json", "keys.json.bak"] {
        fs::write(other.vault.folder().join(name), "{").unwrap();
    }
    fs::remove_dir_all(world.vault.folder()).unwrap();
    let listed = world.done("vault_list", json!({}))["vaults"].clone();
    let states: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|vault| vault["state"].clone())
        .collect();
    assert_eq!(states, ["damaged"]);
    world.choose(world.vault.home());
    assert_eq!(world.refused("vault_add", json!({}))["type"], "not_found");
}

#[test]
fn a_backup_is_written_checked_and_put_back() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    let file = world.vault.home().join("Acme-20260425.turnstone");
    world.choose(&file);
    let made = world.done("backup_create", json!({}));
    assert_eq!(
        (&made["file_name"], &made["secrets"]),
        (&json!("Acme-20260425.turnstone"), &json!(1))
    );
    world.choose(&file);
    assert_eq!(
        world.refused("backup_create", json!({}))["type"],
        "already_exists"
    );

    world.choose(&file);
    let file_id = world.done("file_open", json!({ "purpose": "backup" }))["file_id"].clone();
    let wrong = json!({ "file_id": file_id, "password": "wrong" });
    assert_eq!(
        world.refused("backup_check", wrong)["type"],
        "authentication_failed"
    );
    let checked = world.done(
        "backup_check",
        json!({ "file_id": file_id, "password": PASSWORD }),
    );
    assert_eq!(
        (&checked["ok"], &checked["secrets"]),
        (&json!(true), &json!(1))
    );

    let restored = world.done(
        "backup_restore",
        json!({ "file_id": file_id, "password": PASSWORD }),
    );
    assert_eq!(restored["vault"]["name"], "Acme");
    assert_eq!(
        world.done("secret_get", json!({ "id": id }))["secret"]["name"],
        "a"
    );
    let listed = world.done("vault_list", json!({}))["vaults"].clone();
    let folders: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|vault| vault["folder"].clone())
        .collect();
    let put_back = folders
        .iter()
        .find(|folder| folder.as_str().unwrap().ends_with("acme-20260425"))
        .unwrap();
    let unlock = json!({ "vault_id": world.vault_id(), "password": PASSWORD, "folder": put_back, "accept_rollback": true });
    world.done("vault_unlock", unlock);
    assert!(world.actions().contains(&"backup_restored".to_owned()));
    assert_eq!(
        world.done("secret_get", json!({ "id": id }))["secret"]["name"],
        "a"
    );
    let folder = world.vault.home().join("acme-20260425");
    let again = world.on_cli("backup_restore", json!({ "path": file, "folder": folder }));
    assert_eq!(again.unwrap_err().error_type().as_str(), "already_exists");
}

#[test]
fn what_is_no_backup_is_refused_and_an_import_file_is_none() {
    let world = World::unlocked();
    let file = world.vault.home().join("x.turnstone");
    fs::write(&file, "not a backup").unwrap();
    assert_eq!(
        world
            .on_cli("backup_check", json!({ "path": file }))
            .unwrap_err()
            .error_type()
            .as_str(),
        "validation_error"
    );
    world.choose(&file);
    let file_id = world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone();
    assert_eq!(
        world.refused(
            "backup_check",
            json!({ "file_id": file_id, "password": PASSWORD })
        )["type"],
        "not_found"
    );
    assert_eq!(
        world.refused("file_open", json!({ "purpose": "execute" }))["type"],
        "validation_error"
    );
}

/// A sheet holds a code that opens the vault.
#[cfg(unix)]
#[test]
fn a_sheet_saved_over_a_file_is_for_this_users_eyes_whatever_was_there() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let world = World::unlocked();
    world.done("recovery_renew", json!({ "password": PASSWORD }));
    let home = world.vault.home();
    let (plain, target, link) = (home.join("plain"), home.join("target"), home.join("link"));
    for file in [&plain, &target] {
        fs::write(file, "theirs").unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    }
    symlink(&target, &link).unwrap();
    for chosen in [&plain, &link] {
        world.choose(chosen);
        world.done("recovery_sheet_save", json!({}));
        let file = fs::symlink_metadata(chosen).unwrap();
        assert!(file.is_file());
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        assert!(
            fs::read_to_string(chosen)
                .unwrap()
                .contains("Recovery code")
        );
    }
    assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
}
