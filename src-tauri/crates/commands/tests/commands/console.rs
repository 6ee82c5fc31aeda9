use serde_json::json;

use crate::world::World;

#[test]
fn a_provider_s_page_is_opened_by_its_auth_method_and_nothing_else_is() {
    let world = World::unlocked();
    *world.told.pages.lock().unwrap() = Some(Vec::new());

    world.done(
        "console_open",
        json!({ "auth_method": "b2_application_key" }),
    );
    let catalogue = world.done("catalogue_get", json!({}));
    let methods = catalogue["types"].as_array().unwrap().iter();
    let methods = methods.flat_map(|kind| kind["methods"].as_array().unwrap());
    let mut known = Vec::new();
    for method in methods {
        let address = &method["rotation"]["console_url"];
        known.extend(address.as_str().map(str::to_owned));
        let asked = json!({ "auth_method": method["method"] });
        match address.is_null() {
            true => assert_eq!(world.refused("console_open", asked)["type"], "not_found"),
            false => drop(world.done("console_open", asked)),
        }
    }
    for other in ["", "https://example.com", "file:///etc/passwd", "b2"] {
        let refused = world.refused("console_open", json!({ "auth_method": other }));
        assert_eq!(refused["details"][0]["type"], "unknown_value", "{other}");
    }

    let opened = world.told.pages.lock().unwrap().take().unwrap();
    assert_eq!(opened[0], "https://secure.backblaze.com/app_keys.htm");
    assert_eq!(opened[1..], known);
    assert!(opened.iter().all(|page| page.starts_with("https://")));
}

#[test]
fn where_no_browser_opens_it_is_said() {
    let world = World::unlocked();
    let refused = world.refused(
        "console_open",
        json!({ "auth_method": "b2_application_key" }),
    );
    assert_eq!(refused["type"], "internal_error");
    assert!(refused["message"].as_str().unwrap().contains("browser"));
}
