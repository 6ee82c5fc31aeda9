use super::support::*;
use domain::create::CreateInput;
use domain::history::RestoreInput;
use domain::update::UpdateInput;
use domain::*;

const CANARY: &str = "xq7-CANARY-0123456789-abcdefghij-klm";

fn masks_in_use(stored: &Stored) -> String {
    let masks = stored.secret.current().and_then(Version::masks);
    serde_json::to_string(masks.expect("masks")).expect("an object of masks")
}

#[test]
fn out_03_every_decision_that_makes_a_version_stores_its_masks() {
    let mut stored = Stored::new(generic(CANARY));
    assert_eq!(masks_in_use(&stored), r#"{"value":"xq7-CA••••klm"}"#);
    stored.rotate("sk-proj-0123456789abcdefghijklmnop789");
    assert_eq!(masks_in_use(&stored), r#"{"value":"sk-pro••••789"}"#);
    let draft = RestoreInput {
        version: Some(1),
        reason: None,
    };
    let context = stored.context();
    let restored = draft.parse(&stored.secret, &context).and_then(|draft| {
        let values = stored.opened(draft.version().number());
        draft.decide(values, &stored.in_use(), &context)
    });
    stored.apply(changed(restored));
    assert_eq!(masks_in_use(&stored), r#"{"value":"xq7-CA••••klm"}"#);
}

#[test]
fn out_03_no_stored_mask_holds_its_value() {
    for value in ["short", CANARY, "two\nlines-of-CANARY-text-that-is-long"] {
        assert!(
            !masks_in_use(&Stored::new(generic(value))).contains("CANARY-"),
            "{value}"
        );
    }
}

#[test]
fn out_01_what_a_decision_answers_and_records_holds_no_value() {
    let mut stored = Stored::new(CreateInput {
        notes: text("for CI"),
        ..generic("value-1")
    });
    let input = UpdateInput {
        credentials: Patch::Set(fields(&[("value", CANARY)])),
        ..UpdateInput::default()
    };
    let plan = changed(stored.decide(input));
    let version = &plan.new_version.as_ref().expect("a version").version;
    let said = format!(
        "{:?} {:?} {:?} {version:?}",
        plan.secret, plan.answer, plan.audit
    );
    assert!(!said.contains("CANARY-"), "{said}");
    stored.apply(plan);
}

#[test]
fn out_01_what_stands_for_a_value_in_an_answer_is_its_mask() {
    let plan = parts(create(generic(CANARY)));
    let masks = plan
        .new_version
        .as_ref()
        .and_then(|new| new.version.masks());
    assert_eq!(
        masks
            .and_then(|masks| masks.field("value"))
            .map(Mask::as_str),
        Some("xq7-CA••••klm")
    );
}
