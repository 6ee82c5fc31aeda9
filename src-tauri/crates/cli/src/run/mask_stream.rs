//! Takes values out of a stream of bytes, wherever its chunks happen to end.

use std::collections::VecDeque;

/// What stands in the place of a value.
pub const MASK: &str = "••••••••";

/// From this many bytes on, the beginning of a value that stays incomplete is masked rather than shown.
const TELLING_BYTES: usize = 8;

/// All texts to be masked, as one automaton (Aho and Corasick 1975): it knows after each byte how many of the last ones may still
/// become one of them.
pub struct Masked {
    nodes: Vec<Node>,
}

struct Node {
    /// Sorted by byte.
    next: Vec<(u8, usize)>,
    /// The node of the longest proper suffix that begins a text too.
    fallback: usize,
    depth: usize,
    /// The longest text that ends here, as itself or as a suffix.
    ends: usize,
}

/// One stream on its way through.
pub struct MaskStream<'a> {
    masked: &'a Masked,
    state: usize,
    /// Bytes not passed on yet, the last of them perhaps the beginning of a value.
    held: VecDeque<Held>,
    /// A mask was the last thing passed on.
    after_mask: bool,
}

#[derive(Clone, Copy)]
struct Held {
    byte: u8,
    hidden: bool,
}

impl Masked {
    pub fn new(texts: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut masked = Self {
            nodes: vec![Node {
                next: Vec::new(),
                fallback: 0,
                depth: 0,
                ends: 0,
            }],
        };
        for text in texts {
            masked.add(&text);
        }
        masked.link();
        masked
    }

    fn add(&mut self, text: &[u8]) {
        let mut at = 0;
        for (index, byte) in text.iter().enumerate() {
            let place = self.nodes[at]
                .next
                .binary_search_by_key(byte, |(byte, _)| *byte);
            at = match place {
                Ok(found) => self.nodes[at].next[found].1,
                Err(place) => {
                    let new = self.nodes.len();
                    self.nodes.push(Node {
                        next: Vec::new(),
                        fallback: 0,
                        depth: index + 1,
                        ends: 0,
                    });
                    self.nodes[at].next.insert(place, (*byte, new));
                    new
                }
            };
        }
        self.nodes[at].ends = text.len();
    }

    fn link(&mut self) {
        let mut queue: VecDeque<usize> = VecDeque::from([0]);
        while let Some(at) = queue.pop_front() {
            for (byte, child) in self.nodes[at].next.clone() {
                if at != 0 {
                    self.nodes[child].fallback = self.step(self.nodes[at].fallback, byte);
                }
                let inherited = self.nodes[self.nodes[child].fallback].ends;
                self.nodes[child].ends = self.nodes[child].ends.max(inherited);
                queue.push_back(child);
            }
        }
    }

    fn step(&self, mut at: usize, byte: u8) -> usize {
        loop {
            let node = &self.nodes[at];
            match node.next.binary_search_by_key(&byte, |(byte, _)| *byte) {
                Ok(found) => return node.next[found].1,
                Err(_) if at == 0 => return 0,
                Err(_) => at = node.fallback,
            }
        }
    }
}

impl<'a> MaskStream<'a> {
    pub fn new(masked: &'a Masked) -> Self {
        Self {
            masked,
            state: 0,
            held: VecDeque::new(),
            after_mask: false,
        }
    }

    /// Whether something waits for its continuation.
    pub fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes a chunk and gives what can be passed on.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(chunk.len());
        for byte in chunk {
            self.state = self.masked.step(self.state, *byte);
            self.held.push_back(Held {
                byte: *byte,
                hidden: false,
            });
            let node = &self.masked.nodes[self.state];
            let hidden_from = self.held.len().saturating_sub(node.ends);
            for held in self.held.range_mut(hidden_from..) {
                held.hidden = true;
            }
            let settled = self.held.len().saturating_sub(node.depth);
            self.pass_on(settled, &mut out);
        }
        out
    }

    /// Gives all that is held: the stream was quiet for too long, or is at its end. A beginning long enough to tell something is masked.
    pub fn flush(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let depth = self.masked.nodes[self.state].depth;
        if depth >= TELLING_BYTES {
            let hidden_from = self.held.len().saturating_sub(depth);
            for held in self.held.range_mut(hidden_from..) {
                held.hidden = true;
            }
        }
        self.pass_on(self.held.len(), &mut out);
        out
    }

    fn pass_on(&mut self, count: usize, out: &mut Vec<u8>) {
        for held in self.held.drain(..count) {
            if !held.hidden {
                out.push(held.byte);
            } else if !self.after_mask {
                out.extend_from_slice(MASK.as_bytes());
            }
            self.after_mask = held.hidden;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], chunks: &[&str], expected: &str) {
        let masked = Masked::new(texts.iter().map(|text| text.as_bytes().to_vec()));
        let mut stream = MaskStream::new(&masked);
        let mut out = Vec::new();
        for chunk in chunks {
            out.extend(stream.push(chunk.as_bytes()));
        }
        out.extend(stream.flush());
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn a_value_is_masked_wherever_the_chunks_end() {
        let text = "before plover-dunlin-knot after";
        for first in 0..text.len() {
            for second in first..text.len() {
                let chunks = [&text[..first], &text[first..second], &text[second..]];
                check(
                    &["plover-dunlin-knot"],
                    &chunks,
                    &format!("before {MASK} after"),
                );
            }
        }
    }

    #[test]
    fn what_only_looks_like_the_beginning_of_a_value_is_passed_on() {
        check(
            &["plover-dunlin-knot"],
            &["plover", "-dunlin-x plo"],
            "plover-dunlin-x plo",
        );
    }

    #[test]
    fn a_value_inside_a_broken_beginning_of_another_is_masked() {
        check(
            &["aaaaaaaab", "aaaac"],
            &["aaaaaaaac"],
            &format!("aaaa{MASK}"),
        );
    }

    #[test]
    fn overlapping_values_are_one_mask() {
        check(
            &["abcdefgh", "efghijkl"],
            &["x abcdefghijkl y"],
            &format!("x {MASK} y"),
        );
        check(
            &["plover", "plover-dunlin"],
            &["plover-dunlin plover"],
            &format!("{MASK} {MASK}"),
        );
    }

    #[test]
    fn a_prompt_is_passed_on_at_once() {
        let masked = Masked::new([b"plover-dunlin-knot".to_vec()]);
        let mut stream = MaskStream::new(&masked);

        assert_eq!(stream.push(b"Continue? "), b"Continue? ");
        assert!(!stream.is_holding());
    }

    #[test]
    fn a_beginning_long_enough_to_tell_is_masked_when_the_rest_is_late() {
        let masked = Masked::new([b"plover-dunlin-knot".to_vec()]);
        let mut stream = MaskStream::new(&masked);

        assert_eq!(stream.push(b"plover-dunl"), b"");
        assert_eq!(stream.flush(), MASK.as_bytes());
        assert_eq!(stream.push(b"in-knot!"), b"!");
    }

    #[test]
    fn a_short_beginning_is_shown_when_the_rest_is_late_and_the_rest_is_masked() {
        let masked = Masked::new([b"plover-dunlin-knot".to_vec()]);
        let mut stream = MaskStream::new(&masked);

        assert_eq!(stream.push(b"plov"), b"");
        assert_eq!(stream.flush(), b"plov");
        assert_eq!(
            stream.push(b"er-dunlin-knot!"),
            format!("{MASK}!").as_bytes()
        );
    }

    #[test]
    fn bytes_that_are_no_text_pass_through_unchanged() {
        let masked = Masked::new([b"plover-dunlin-knot".to_vec()]);
        let mut stream = MaskStream::new(&masked);
        let bytes: Vec<u8> = (0..=255).collect();

        assert_eq!(stream.push(&bytes), bytes);
    }
}
