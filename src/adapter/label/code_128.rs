//! Which of the three sets of Code 128 a text is written in, character by character, so that it is short.

use alloc::string::String;

/// The sets, by the letters that begin them in what `barcoders` takes.
const A: char = 'À';
const B: char = 'Ɓ';
const C: char = 'Ć';
/// What it takes for DEL.
const DEL: char = '÷';

/// A text with the beginnings of its sets. `None` if it is empty, or isn't ASCII.
///
/// Digits go into set C, two in one character, where there are enough of them to pay for the change: four at an
/// end of the text, six between others. Control characters need set A, small letters set B.
pub(super) fn with_sets(text: &str) -> Option<String> {
    if text.is_empty() || !text.is_ascii() {
        return None;
    }
    let mut written = String::new();
    let mut set = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let at_an_end = set.is_none() || digits == rest.len();
        let pays = digits >= if at_an_end { 4 } else { 6 } || (digits == 2 && text.len() == 2);
        // Of an odd number of digits the first stays in the set before, unless there is none before.
        if pays && (digits % 2 == 0 || set.is_none()) {
            written.push(C);
            set = Some(C);
            let (pairs, others) = rest.split_at_checked(digits & !1)?;
            written.push_str(pairs);
            rest = others;
            continue;
        }
        let next = match set {
            Some(A) if !needs_b(first) => A,
            Some(B) if !needs_a(first) => B,
            _ => set_for(rest),
        };
        if set != Some(next) {
            written.push(next);
            set = Some(next);
        }
        written.push(if first == '\u{7f}' { DEL } else { first });
        rest = rest.get(1..)?;
    }
    Some(written)
}

/// The set that what comes first needs: A before a control character, B before a small letter, B before neither.
fn set_for(text: &str) -> char {
    let decides = text.chars().find(|one| needs_a(*one) || needs_b(*one));
    if decides.is_some_and(needs_a) { A } else { B }
}

const fn needs_a(character: char) -> bool {
    character < ' '
}

/// Small letters, and what stands around them: `` ` ``, braces, `|`, `~`, and DEL.
const fn needs_b(character: char) -> bool {
    '`' <= character
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_paired_where_it_makes_the_code_shorter() {
        let cases = [
            ("REG000123", "ƁREGĆ000123"),
            ("12345", "Ć1234Ɓ5"),
            ("AB12CD", "ƁAB12CD"),
            ("A12345", "ƁA1Ć2345"),
            ("a\u{1}b", "Ɓa\u{c0}\u{1}Ɓb"),
            ("\u{1}|\u{7f}", "\u{c0}\u{1}Ɓ|÷"),
            ("12", "Ć12"),
            ("1", "Ɓ1"),
        ];
        for (text, sets) in cases {
            assert_eq!(with_sets(text).as_deref(), Some(sets), "{text:?}");
        }
        assert_eq!(with_sets("é"), None);
    }
}
