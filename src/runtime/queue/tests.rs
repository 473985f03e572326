//! Rows of the table in the queue's documentation, and the same promises under random operations.

use super::*;
use proptest::prelude::*;

fn key(namespace: &str, name: &str) -> Key {
    Key::environment(namespace, name)
}

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn popped(queue: &mut Queue, now: Duration) -> Option<String> {
    queue.pop(now).map(|taken| format!("{}/{}", taken.key.namespace, taken.key.name))
}

#[test]
fn a_key_waits_once_and_the_user_lane_goes_first() {
    let mut queue = Queue::default();
    assert!(queue.push(key("a", "1"), Lane::Background, secs(0)));
    assert!(queue.push(key("a", "2"), Lane::Background, secs(0)));
    assert!(!queue.push(key("a", "2"), Lane::User, secs(0)), "already waits, only moves");
    assert!(!queue.push(key("a", "2"), Lane::Background, secs(0)), "stays in the urgent lane");
    assert_eq!((queue.waiting(Lane::User), queue.waiting(Lane::Background)), (1, 1));
    assert_eq!(popped(&mut queue, secs(1)).as_deref(), Some("a/2"));
    assert_eq!(popped(&mut queue, secs(1)).as_deref(), Some("a/1"));
    assert_eq!(popped(&mut queue, secs(1)), None);
}

#[test]
fn namespaces_take_turns() {
    let mut queue = Queue::default();
    for n in 0..50 {
        queue.push(key("noisy", &n.to_string()), Lane::User, secs(0));
    }
    queue.push(key("quiet", "x"), Lane::User, secs(0));
    let first: Vec<_> = (0..2).filter_map(|_| popped(&mut queue, secs(0))).collect();
    assert_eq!(first, ["noisy/0", "quiet/x"]);
}

#[test]
fn a_stream_of_edits_leaves_the_background_a_share() {
    let mut queue = Queue::default();
    for n in 0..40 {
        queue.push(key("a", &n.to_string()), Lane::User, secs(0));
    }
    queue.push(key("b", "resync"), Lane::Background, secs(0));
    let order: Vec<_> = (0..10).filter_map(|_| popped(&mut queue, secs(0))).collect();
    assert_eq!(order.iter().position(|name| name == "b/resync"), Some(8));
}

#[test]
fn a_running_key_is_not_handed_out_again_but_runs_again_when_pushed() {
    let mut queue = Queue::default();
    queue.push(key("a", "1"), Lane::User, secs(0));
    assert!(queue.pop(secs(0)).is_some());
    assert!(queue.push(key("a", "1"), Lane::Background, secs(1)));
    assert!(!queue.push(key("a", "1"), Lane::User, secs(1)));
    assert_eq!(queue.pop(secs(1)), None);
    queue.done(&key("a", "1"), secs(2));
    assert_eq!(queue.waiting(Lane::User), 1, "the more urgent of both pushes counts");
    let taken = queue.pop(secs(5)).unwrap();
    assert_eq!(taken.waited, secs(3));
    queue.done(&key("a", "1"), secs(6));
    assert_eq!(queue.pop(secs(100)), None);
}

#[test]
fn delays_keep_the_earlier_time_and_a_push_cuts_them_short() {
    let mut queue = Queue::default();
    queue.push_after(key("a", "1"), secs(10));
    queue.push_after(key("a", "1"), secs(20));
    assert_eq!(queue.next_due(), Some(secs(10)));
    queue.push_after(key("a", "1"), secs(5));
    assert_eq!((queue.next_due(), queue.pop(secs(4))), (Some(secs(5)), None));
    queue.push(key("a", "1"), Lane::User, secs(4));
    assert_eq!(popped(&mut queue, secs(4)).as_deref(), Some("a/1"));
    queue.push_after(key("a", "1"), secs(30));
    queue.push_after(key("a", "1"), secs(25));
    queue.done(&key("a", "1"), secs(6));
    assert_eq!((queue.pop(secs(24)), queue.next_due()), (None, Some(secs(25))));
    assert_eq!(popped(&mut queue, secs(25)).as_deref(), Some("a/1"));
}

#[derive(Clone, Debug)]
enum Op {
    Push(u8, Lane),
    After(u8, u64),
    Pop,
    Done(u8),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (0..6_u8, prop_oneof![Just(Lane::User), Just(Lane::Background)]).prop_map(|(key, lane)| Op::Push(key, lane)),
        (0..6_u8, 0..20_u64).prop_map(|(key, delay)| Op::After(key, delay)),
        Just(Op::Pop),
        (0..6_u8).prop_map(Op::Done),
    ]
}

fn nth(n: u8) -> Key {
    key(if n < 3 { "a" } else { "b" }, &n.to_string())
}

proptest! {
    /// Whatever happens: no key runs twice at once, nothing that was pushed is lost, and the queue runs empty.
    #[test]
    fn nothing_is_lost_or_doubled(ops in proptest::collection::vec(op(), 1..200)) {
        let (mut queue, mut running, mut owed) = (Queue::default(), BTreeSet::new(), BTreeSet::new());
        let mut now = secs(0);
        for op in ops {
            now += Duration::from_millis(500);
            match op {
                Op::Push(n, lane) => { queue.push(nth(n), lane, now); owed.insert(nth(n)); }
                Op::After(n, delay) => { queue.push_after(nth(n), now + secs(delay)); owed.insert(nth(n)); }
                Op::Pop => if let Some(taken) = queue.pop(now) {
                    prop_assert!(running.insert(taken.key.clone()), "handed out twice");
                    prop_assert!(owed.remove(&taken.key), "nobody asked for it");
                },
                Op::Done(n) => if running.remove(&nth(n)) { queue.done(&nth(n), now); },
            }
            prop_assert_eq!(queue.running(), running.len());
        }
        for key in running { queue.done(&key, now); }
        now += secs(1000);
        while let Some(taken) = queue.pop(now) {
            prop_assert!(owed.remove(&taken.key), "nobody asked for it");
            queue.done(&taken.key, now);
        }
        prop_assert!(owed.is_empty(), "lost: {:?}", owed);
        prop_assert_eq!((queue.waiting(Lane::User), queue.waiting(Lane::Background), queue.running()), (0, 0, 0));
    }
}
