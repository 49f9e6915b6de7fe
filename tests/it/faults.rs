//! What a machine does to a program: full disks, disks that may not be written, damage, no names, no descriptors.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use crate::part;
use crate::site::{Answer, Site};
use crate::user::{Ran, User, privacy, run};

fn list(site: &Site) -> String {
    format!("{}channels = []\n", privacy(site))
}

/// Runs a script with the state on a disk of its own, `$STATE`, of which nothing stays.
pub fn on_a_disk(user: &User, size: &str, script: &str) -> Option<Ran> {
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    if !part::is_there("root, who may mount a small disk,", is_root) || !part::program("unshare") {
        return None;
    }
    let state = user.path("state");
    std::fs::create_dir_all(&state).unwrap();
    let script = format!("exec 2>&1; mount -t tmpfs -o size={size},mode=700 tmpfs $STATE\n{script}");
    let environment = user.clausewatch("status");
    let mut command = Command::new("timeout");
    command
        .args([
            "60",
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            &script,
        ])
        .current_dir(user.path(""))
        .env("STATE", &state)
        .env("CLAUSEWATCH", env!("CARGO_BIN_EXE_clausewatch"))
        .envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(run(&mut command))
}

#[test]
fn a_full_disk_is_said_and_forgotten_when_there_is_room() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&list(&site));
    let script = "$CLAUSEWATCH check; echo \"code $?\"; mount -o remount,size=32m $STATE; $CLAUSEWATCH check; echo \"code $?\"; $CLAUSEWATCH verify";
    let Some(ran) = on_a_disk(&user, "96k", script) else {
        return;
    };
    assert!(
        ran.text.contains("is full") && ran.text.contains("code 2"),
        "{}",
        ran.text
    );
    assert!(
        ran.text.contains("code 0") && ran.text.contains("The state is whole."),
        "{}",
        ran.text
    );
}

#[test]
fn a_daemon_on_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nschedule = \"* * * * * *\"\njitter = \"0s\"\n{}",
        list(&site)
    ));
    let script = "mount -o remount,size=4m $STATE; fill() { dd if=/dev/zero of=$STATE/ballast bs=4096 2>/dev/null; }
        await() { until grep -q \"$1\" log; do kill -0 $daemon || exit; sleep 0.05; done; }
        $CLAUSEWATCH daemon >log 2>&1 & daemon=$!; await 'first reading'
        fill; await 'is full.*tried again in 1 min'; cat log
        rm $STATE/ballast; : >log; kill -HUP $daemon; await 'event=.unchanged'
        kill $daemon; wait $daemon; echo \"code $?\"; $CLAUSEWATCH verify
        fill; $CLAUSEWATCH daemon; $CLAUSEWATCH status; echo end";
    let Some(ran) = on_a_disk(&user, "96k", script) else {
        return;
    };
    assert!(ran.text.contains("code 0\nThe state is whole."), "{}", ran.text);
    assert_eq!(
        ran.text.matches(" is full; nothing of this was written").count(),
        3,
        "who starts on a full disk hears it too: {}",
        ran.text
    );
}

#[test]
fn a_disk_that_may_not_be_written_is_said() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&list(&site));
    let script = "mount -o remount,size=32m $STATE; $CLAUSEWATCH check; mount -o remount,ro $STATE; $CLAUSEWATCH check; echo \"code $?\"";
    let Some(ran) = on_a_disk(&user, "96k", script) else {
        return;
    };
    assert!(
        ran.text.contains("make it writable") && ran.text.contains("code 2"),
        "{}",
        ran.text
    );
    assert_eq!(
        site.requests("/privacy").len(),
        1,
        "what cannot be kept is not asked for"
    );
}

#[test]
fn a_damaged_state_is_said_with_what_to_do() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&list(&site));
    user.run("check");
    user.write("state/clausewatch.sqlite", &"no database ".repeat(1000));
    for name in ["state/clausewatch.sqlite-wal", "state/clausewatch.sqlite-shm"] {
        let _ = std::fs::remove_file(user.path(name));
    }
    for line in ["check", "daemon"] {
        let ran = user.run(line);
        assert_eq!(ran.code, 2);
        assert!(ran.errors.contains("restore a backup"), "{line}: {}", ran.errors);
    }
}

#[test]
fn a_name_that_nobody_knows_is_said() {
    let user = User::new(
        "[[watch]]\nid = \"shop/privacy\"\nurl = \"http://shop.invalid/\"\nchannels = []\nfetch = \"http\"\n",
    );
    let ran = user.run("check --format json");
    assert!(
        ran.text.contains("the name shop.invalid cannot be looked up"),
        "{ran:?}"
    );
}

#[test]
fn too_few_descriptors_end_in_words() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&list(&site));
    user.run("check");
    let mut silent = 0;
    // With fewer, the runtime itself cannot start.
    for limit in 14..32 {
        let mut command = Command::new("sh");
        let environment = user.clausewatch("check");
        command
            .args(["-c", &format!("ulimit -n {limit}; exec \"$CLAUSEWATCH\" check")])
            .env_clear()
            .env("CLAUSEWATCH", env!("CARGO_BIN_EXE_clausewatch"))
            .envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let ran = run(&mut command);
        let said = format!("{}{}", ran.text, ran.errors);
        assert!(!said.contains("panicked"), "{limit}: {said}");
        silent += usize::from(ran.code != 0 && said.trim().is_empty());
    }
    assert_eq!(silent, 0);
    assert_eq!(user.run("check").code, 0, "it recovers by itself");
}
