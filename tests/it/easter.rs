//! eBay's change of Easter 2025, from a web server to the screen and the mailbox, on real parts.

use crate::desktop::Desktop;
use crate::mail::Server;
use crate::site::{Answer, Site};
use crate::user::{Ran, User, run};

const NOTICE: &str = include_str!("../../src/cli/demo/notice.html");
const EASTER: &str = include_str!("../../src/cli/demo/easter.html");

#[test]
fn the_new_section_is_told_once_on_the_desktop_and_once_by_mail() {
    let (Some(desktop), Some(server)) = (Desktop::start(), Server::start()) else {
        return;
    };
    let site = Site::start();
    site.put("/privacy", Answer::html(NOTICE));
    let user = User::new(&format!(
        "{}[channel.desktop]\n[defaults]\nchannels = [\"desktop\", \"email\"]\n\
         [[watch]]\nid = \"ebay/privacy-de\"\nservice = \"eBay\"\ntitle = \"Datenschutzerklärung\"\nurl = \"{}\"\n\
         objection = {{ url = \"https://accountsettings.ebay.de/ai-preferences\" }}\n",
        server.channel(),
        site.url("/privacy")
    ));
    user.write("password", "s3cret\n");
    let check = || -> Ran {
        let mut command = user.clausewatch("check");
        run(command
            .env("DBUS_SESSION_BUS_ADDRESS", &desktop.address)
            .env("SSL_CERT_FILE", server.certificate()))
    };
    assert_eq!(check().code, 0);

    let changed = NOTICE.replace("<!-- Easter -->", EASTER);
    site.put("/privacy", Answer::html(&changed));
    let told = check();
    assert_eq!(told.code, 1, "{told:?}");
    assert_eq!(server.part.line(), "mail tls True");
    let mail = server.mail(1).replace("=\r\n", "");
    assert!(
        mail.contains("https://accountsettings.ebay.de/ai-preferences"),
        "{mail}"
    );

    for page in [changed.clone(), changed.replace("<p>", "<p class=\"new\">")] {
        site.put("/privacy", Answer::html(&page));
        let silent = check();
        assert_eq!(silent.code, 0, "{silent:?}");
    }
    assert_eq!(desktop.ask("count displayed").trim(), "1");
    assert!(!server.has_mail(2));
    desktop.ask("close-all");
    assert!(desktop.ask("history").contains("KI-Modelle von Dritten"));
}
