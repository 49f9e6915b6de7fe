//! The questions of `init`, at a terminal.

use std::path::Path;

use inquire::ui::RenderConfig;
use inquire::{Confirm, CustomUserError, InquireError, MultiSelect, Password, PasswordDisplayMode, Select, Text};

use super::list::{Service, Shipped};
use super::mail::{MailSettings, PASSWORD_FILE, Protection, Tried, host_of, password_beside, split};
use super::{Answers, Init};
use crate::cli::context::{Context, count};
use crate::deliver::notification_service;

/// Asks what the options left open, and tries the mail server; gives the mail channel where one is wanted.
pub(super) fn ask(
    context: &Context,
    shipped: &Shipped,
    options: &Init,
    answers: &mut Answers,
    directory: &Path,
) -> Result<Option<Tried>, String> {
    if !context.colours_errors() {
        inquire::set_global_render_config(RenderConfig::empty());
    }
    if options.services.is_empty() {
        answers.services = services(shipped)?;
    }
    if options.languages.is_empty() {
        answers.languages = languages(shipped, answers)?;
    }
    if !options.desktop && !options.no_desktop {
        answers.desktop = desktop()?;
    }
    let channel = match &options.mail.email {
        Some(_) => options.mail.tried(directory)?,
        None => mail(context, directory, options.mail.no_test)?,
    };
    if options.contact.is_none() {
        let contact = Text::new("Your web or mail address, for the services to see with each visit (may be empty):");
        answers.contact = Some(contact.prompt().map_err(stopped)?).filter(|contact| !contact.trim().is_empty());
    }
    Ok(channel)
}

fn stopped(error: InquireError) -> String {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => "stopped; nothing was written".into(),
        other => format!("cannot ask: {other}; say it by options and `--yes` (`clausewatch init --help`)"),
    }
}

fn services(shipped: &Shipped) -> Result<Vec<String>, String> {
    let known = shipped.services();
    let line = |service: &Service| format!("{} ({})", service.name, count(service.documents, "document"));
    let chosen = MultiSelect::new("Which services do you use?", known.iter().map(line).collect())
        .with_all_selected_by_default()
        .with_page_size(known.len())
        .with_help_message("space: take or leave, ← none, → all, type to filter, Enter: done")
        .with_validator(at_least_one)
        .raw_prompt()
        .map_err(stopped)?;
    Ok(chosen
        .iter()
        .filter_map(|option| known.get(option.index))
        .map(|service| service.name.clone())
        .collect())
}

type Listed<'a> = inquire::list_option::ListOption<&'a String>;

#[expect(clippy::unnecessary_wraps, reason = "what the validator of a question gives")]
fn at_least_one(chosen: &[Listed<'_>]) -> Result<inquire::validator::Validation, CustomUserError> {
    use inquire::validator::Validation;
    Ok(if chosen.is_empty() {
        Validation::Invalid("take at least one".into())
    } else {
        Validation::Valid
    })
}

/// Asked only where there is a choice.
fn languages(shipped: &Shipped, answers: &Answers) -> Result<Vec<String>, String> {
    let mut there: Vec<String> = Vec::new();
    for service in shipped
        .services()
        .iter()
        .filter(|service| answers.services.contains(&service.name))
    {
        there.extend(
            service
                .languages
                .iter()
                .filter(|lang| !there.contains(lang))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    if there.len() < 2 {
        return Ok(Vec::new());
    }
    let own = there
        .iter()
        .position(|lang| *lang == answers.language)
        .unwrap_or_default();
    let name = |lang: &String| match lang.as_str() {
        "en" => "English".to_owned(),
        "de" => "Deutsch".to_owned(),
        other => other.to_owned(),
    };
    let chosen = MultiSelect::new(
        "In which languages do you read their documents?",
        there.iter().map(name).collect(),
    )
    .with_default(&[own])
    .with_help_message("space: take or leave, Enter: done; what is there in one language only is watched in that")
    .with_validator(at_least_one)
    .raw_prompt()
    .map_err(stopped)?;
    Ok(chosen
        .iter()
        .filter_map(|option| there.get(option.index))
        .cloned()
        .collect())
}

fn desktop() -> Result<bool, String> {
    let service = notification_service();
    let help = match &service {
        Some(name) => format!("the notification service {name} answers"),
        None => "no notification service answers here now".into(),
    };
    Confirm::new("Show alerts on this desktop?")
        .with_default(service.is_some())
        .with_help_message(&help)
        .prompt()
        .map_err(stopped)
}

/// Once the list is written.
pub(super) fn service() -> Result<bool, String> {
    Confirm::new("Let systemd watch from now on, for you alone?")
        .with_default(true)
        .with_help_message("`clausewatch service uninstall --user` ends it")
        .prompt()
        .map_err(stopped)
}

fn mail(context: &Context, directory: &Path, no_test: bool) -> Result<Option<Tried>, String> {
    let wanted = Confirm::new("Send alerts by mail?")
        .with_default(false)
        .prompt()
        .map_err(stopped)?;
    if !wanted {
        return Ok(None);
    }
    let mut before = None;
    loop {
        let (settings, password) = settings(directory, before.as_ref())?;
        if no_test {
            return Ok(Some((settings, password)));
        }
        let asked = MailSettings {
            password_file: password.as_ref().map(|file| file.path().display().to_string()),
            ..settings.clone()
        };
        context.report(&format!("connecting to {}:{} …", settings.host, settings.port));
        let Err(trouble) = asked.connect(directory) else {
            context.report("the mail server takes the settings");
            return Ok(Some((settings, password)));
        };
        context.complain(&trouble);
        let ways = vec!["Change the settings", "Keep them as they are", "Do without mail"];
        match Select::new("And now?", ways).raw_prompt().map_err(stopped)?.index {
            0 => before = Some(settings),
            1 => return Ok(Some((settings, password))),
            _ => return Ok(None),
        }
    }
}

fn settings(directory: &Path, before: Option<&MailSettings>) -> Result<Tried, String> {
    let text = |question: &str, default: String| {
        let question = Text::new(question);
        let asked = if default.is_empty() {
            question
        } else {
            question.with_default(&default)
        };
        asked.prompt().map(|answer| answer.trim().to_owned()).map_err(stopped)
    };
    let to = text(
        "Mail them to:",
        before.map(|before| before.to.clone()).unwrap_or_default(),
    )?;
    let host = before.map_or_else(|| host_of(&to), |before| before.host.clone());
    let server = text("The mail server that sends them:", host)?;
    let ways = vec!["TLS (port 465)", "STARTTLS (port 587)", "none (this machine only)"];
    let way = Select::new("How is the connection protected?", ways)
        .raw_prompt()
        .map_err(stopped)?;
    let tls = [Protection::Implicit, Protection::Starttls, Protection::None][way.index];
    let (host, port) = split(&server, tls)?;
    let user = text(
        "Your login there (`-` for none):",
        before
            .and_then(|before| before.user.clone())
            .unwrap_or_else(|| to.clone()),
    )?;
    let user = Some(user).filter(|user| user != "-");
    let password = match &user {
        None => None,
        Some(_) => {
            let help = format!(
                "kept in {}, readable by you alone",
                directory.join(PASSWORD_FILE).display()
            );
            let password = Password::new("The password:")
                .with_display_mode(PasswordDisplayMode::Masked)
                .without_confirmation()
                .with_help_message(&help)
                .prompt()
                .map_err(stopped)?;
            Some(password_beside(directory, &password)?)
        }
    };
    let settings = MailSettings {
        host,
        port,
        tls,
        from: format!("clausewatch <{to}>"),
        to,
        user,
        password_file: password.as_ref().map(|_| PASSWORD_FILE.to_owned()),
    };
    Ok((settings, password))
}
