//! Makes a vault with many made-up secrets below a home folder, and a file with their names, for the window's tests:
//! `cargo run -p turnstone-testkit --example fill_vault -- HOME COUNT PASSWORD`.

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use domain::text::{MemberName, VaultName};
use domain::time::Timestamp;
use testkit::acts::ActError;
use testkit::fill::{fill, made_up};
use vault::kdf::KdfParams;
use vault::password::NewPassword;
use vault::{Device, create_vault};

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [home, count, password] = given.as_slice() else {
        return Err("fill_vault HOME COUNT PASSWORD".into());
    };
    let now = real_now()?;
    let home = Path::new(home);
    let device = Device::open(&home.join("state/turnstone"), now)?;
    let (vault, _code) = create_vault(
        &home.join("data/turnstone/many"),
        &VaultName::parse("Many secrets").map_err(|_| "no name for a vault")?,
        &MemberName::parse("mara@acme").map_err(|_| "no name for a member")?,
        &NewPassword::parse(password, &[]).map_err(|_| "this password is too easy to guess")?,
        KdfParams::FLOOR,
        &device,
        now,
    )?;
    let count: usize = count.parse()?;
    match fill(&vault, 0, count, now) {
        Ok(()) => {}
        Err(ActError::Store(error)) => return Err(error.into()),
        Err(ActError::Rejected(rejection)) => return Err(rejection.message().into()),
        Err(ActError::Value(error)) => return Err(error.into()),
    }
    vault.lock("asked", now)?;
    // Last, so that a vault without it is one that was not finished.
    std::fs::write(home.join("names"), names(count))?;
    Ok(())
}

/// A line for each secret, in the order of their making.
fn names(count: usize) -> String {
    let mut names = String::new();
    for name in (0..count).filter_map(|number| made_up(number).name) {
        names.push_str(&name);
        names.push('\n');
    }
    names
}

fn real_now() -> Result<Timestamp, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp::from_millis(i64::try_from(since.as_millis())?))
}
