//! Shell completion: scripts for `kubectl-proton`, and the answers to kubectl's questions about `kubectl proton`.
//!
//! kubectl completes a plugin's words with the program `kubectl_complete-NAME`: it prints one candidate in each line and then a directive,
//! `:4` for "no file names" and `:6` for that and "no blank behind it".

use clap::{Command, CommandFactory as _, Parser as _};
use strum::VariantArray as _;

use super::args::{Cli, Global, Shell};
use super::cluster::Cluster;
use super::failure::{Failure, Outcome};
use super::print::Printer;
use super::resource::{Id, Kind};

/// The program that kubectl looks for.
const KUBECTL: &str = "#!/bin/sh\nexec kubectl-proton __complete -- \"$@\"\n";

/// Prints a script.
pub(super) fn script(shell: Shell, printer: &Printer) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Kubectl => {
            printer.text(KUBECTL)?;
            return Ok(Outcome::Done);
        }
    };
    clap_complete::generate(shell, &mut Cli::command(), "kubectl-proton", &mut script);
    printer.text(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

/// What may stand in the place of the last word.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Completion {
    /// One of these.
    Words(Vec<String>),
    /// A kind, with a name behind a slash.
    Kinds,
    /// A name of this kind, behind `kind/` or as a word of its own.
    Names(Kind, String),
}

/// Answers kubectl. Where the cluster cannot be asked there are no names, which is no error.
pub(super) async fn run(global: &Global, words: &[String], printer: &Printer) -> Result<Outcome, Failure> {
    let last = words.last().map(String::as_str).unwrap_or_default();
    let (candidates, directive) = match complete(&Cli::command(), words) {
        Completion::Words(found) => (found, ":4"),
        Completion::Kinds => (Kind::VARIANTS.iter().map(|kind| format!("{}/", kind.short())).collect(), ":6"),
        Completion::Names(kind, prefix) => {
            let names = names(&options(global, words), kind).await.unwrap_or_default();
            (names.into_iter().map(|id| format!("{prefix}{}", id.name)).collect(), ":4")
        }
    };
    let fitting = candidates.into_iter().filter(|candidate: &String| candidate.starts_with(last));
    let lines: String = fitting.map(|candidate| candidate + "\n").collect();
    printer.text(&format!("{lines}{directive}\n"))?;
    Ok(Outcome::Done)
}

async fn names(global: &Global, kind: Kind) -> Result<Vec<Id>, Failure> {
    let cluster = Cluster::open(global).await?;
    let items = cluster.list_kind(kind, Some(&cluster.namespace)).await?;
    Ok(items.into_iter().map(|item| item.id).collect())
}

/// The options among the words, such as the namespace: they decide which names there are. The word that is being written counts as a
/// resource, which most verbs need to be understood.
fn options(global: &Global, words: &[String]) -> Global {
    let before = words.split_last().map_or(&[][..], |(_, before)| before);
    let given = std::iter::once("kubectl-proton").chain(before.iter().map(String::as_str)).chain(["penv/name"]);
    Cli::try_parse_from(given).map_or_else(|_| global.clone(), |cli| cli.global)
}

/// Decides from the words alone; the last one is being written.
fn complete(command: &Command, words: &[String]) -> Completion {
    let Some((last, before)) = words.split_last() else { return Completion::Words(Vec::new()) };
    if let Some(values) = before.last().and_then(|option| values(command, option)) {
        return Completion::Words(values);
    }
    let (mut place, mut plain) = (command, Vec::new());
    let mut rest = before.iter();
    while let Some(word) = rest.next() {
        if word.starts_with('-') {
            if takes_value(command, place, word) {
                rest.next();
            }
        } else if let (Some(inner), true) = (place.find_subcommand(word), plain.is_empty()) {
            place = inner;
        } else {
            plain.push(word.as_str());
        }
    }
    if last.starts_with('-') {
        return Completion::Words(flags(command, place));
    }
    position(place, &plain, last)
}

/// Completes a word that is no option: a verb, a value such as `bash`, a resource.
fn position(place: &Command, plain: &[&str], last: &str) -> Completion {
    if place.has_subcommands() && place.get_name() != "history" {
        return Completion::Words(subcommands(place));
    }
    let fixed = place.get_positionals().flat_map(|argument| argument.get_possible_values());
    let fixed: Vec<String> = fixed.map(|value| value.get_name().to_owned()).collect();
    match (plain, last.split_once('/')) {
        _ if !fixed.is_empty() => Completion::Words(fixed),
        ([], Some((kind, _))) => {
            Kind::parse(kind).map_or_else(|| Completion::Words(Vec::new()), |found| Completion::Names(found, format!("{kind}/")))
        }
        ([], None)
            if place.has_subcommands() && subcommands(place).iter().any(|name| !last.is_empty() && name.starts_with(last)) =>
        {
            Completion::Words(subcommands(place))
        }
        ([], None) => Completion::Kinds,
        ([kind], None) => {
            Kind::parse(kind).map_or_else(|| Completion::Words(Vec::new()), |found| Completion::Names(found, String::new()))
        }
        _ => Completion::Words(Vec::new()),
    }
}

fn subcommands(place: &Command) -> Vec<String> {
    place.get_subcommands().filter(|inner| !inner.is_hide_set()).map(|inner| inner.get_name().to_owned()).collect()
}

fn flags(command: &Command, place: &Command) -> Vec<String> {
    let all = place.get_arguments().chain(command.get_arguments());
    let mut names: Vec<String> = all.filter_map(|argument| argument.get_long()).map(|name| format!("--{name}")).collect();
    names.sort();
    names.dedup();
    names
}

/// The values of an option that has a fixed list of them.
fn values(command: &Command, option: &str) -> Option<Vec<String>> {
    let argument = command.get_arguments().find(|argument| is(argument, option))?;
    let values: Vec<String> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    (takes(argument) && !values.is_empty()).then_some(values)
}

fn takes_value(command: &Command, place: &Command, option: &str) -> bool {
    place.get_arguments().chain(command.get_arguments()).any(|argument| is(argument, option) && takes(argument))
}

fn is(argument: &clap::Arg, option: &str) -> bool {
    let long = argument.get_long().is_some_and(|name| option.strip_prefix("--") == Some(name));
    long || argument.get_short().is_some_and(|name| option == format!("-{name}"))
}

fn takes(argument: &clap::Arg) -> bool {
    argument.get_action().takes_values()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn completed(words: &[&str]) -> Completion {
        complete(&Cli::command(), &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[rstest]
    #[case(&["why", ""], Completion::Kinds)]
    #[case(&["why", "p"], Completion::Kinds)]
    #[case(&["-n", "x", "cancel", "--wait", "penv/a"], Completion::Names(Kind::Environment, "penv/".into()))]
    #[case(&["get", "serviceinstances", ""], Completion::Names(Kind::Instance, String::new()))]
    #[case(&["get", "pods/"], Completion::Words(Vec::new()))]
    #[case(&["history", "prune", "psi/"], Completion::Names(Kind::Instance, "psi/".into()))]
    #[case(&["history", "pr"], Completion::Words(vec!["prune".into()]))]
    #[case(&["get", "-o", "j"], Completion::Words(["table", "wide", "json", "yaml"].map(String::from).to_vec()))]
    #[case(&["completion", ""], Completion::Words(["bash", "zsh", "fish", "kubectl"].map(String::from).to_vec()))]
    fn words_are_completed_by_their_place(#[case] words: &[&str], #[case] expected: Completion) {
        assert_eq!(completed(words), expected);
    }

    #[test]
    fn verbs_and_flags() {
        let Completion::Words(verbs) = completed(&[""]) else { panic!("no words") };
        assert!(verbs.contains(&"rollback".to_owned()) && !verbs.contains(&"__complete".to_owned()), "{verbs:?}");
        let Completion::Words(flags) = completed(&["rollback", "--"]) else { panic!("no words") };
        for flag in ["--clear", "--wait", "--namespace"] {
            assert!(flags.contains(&flag.to_owned()), "{flags:?}");
        }
    }

    #[test]
    fn the_namespace_among_the_words_counts() {
        let parsed = Cli::try_parse_from(["kubectl-proton", "completion", "bash"]).unwrap();
        for line in ["get -n x penv/", "why -n x penv/", "why penv -n x pay", "history prune -n x psi/"] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(options(&parsed.global, &words).namespace.as_deref(), Some("x"), "{line}");
        }
    }
}
