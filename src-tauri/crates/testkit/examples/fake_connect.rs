//! The made-up Connect server, for other programs to ask: prints its address and token, and answers until it is stopped.
#![allow(clippy::print_stdout)]

use testkit::onepassword::{Account, CONNECT_TOKEN, FakeConnect, LiveItem, concealed, field};

fn main() {
    let items = vec![
        LiveItem::login("Registrar", "mara", "a made-up password")
            .url("https://registrar.example")
            .tag("domains")
            .notes("Renew in May."),
        LiveItem::api_credential("Mailer", "mailer", "a made-up credential").archived(),
        LiveItem::new("SERVER", "Bastion")
            .section(
                "Admin",
                vec![concealed("pass", "console password", "made up")],
            )
            .section(
                "Dates",
                vec![
                    field("DATE", "since", "since", "1714298956"),
                    field("MONTH_YEAR", "until", "until", "202812"),
                    field(
                        "TOTP",
                        "code",
                        "one-time password",
                        "otpauth://totp/x?secret=MFRGG",
                    ),
                ],
            )
            .file("bastion.pem", b"-----BEGIN made up-----"),
    ];
    let account = Account::default()
        .vault("Production", items)
        .vault("Empty", Vec::new());
    let server = FakeConnect::start(account, CONNECT_TOKEN);
    println!("{} {CONNECT_TOKEN}", server.url());
    loop {
        std::thread::park();
    }
}
