//! Work on many pieces of a long text, done by several threads at once. What comes of it, and in which order, is the same as if one had done it all.

use std::num::NonZero;

/// Less text than this is no work for a thread of its own.
const STRETCH: usize = 4 << 10;

/// The most threads at work on one text.
const THREADS: usize = 4;

/// What `work` makes of each piece, in their order, on so many threads at most; `length` says how much text a piece is.
pub(super) fn each<P: Sync, T: Send>(
    pieces: &[P],
    threads: NonZero<usize>,
    length: impl Fn(&P) -> usize,
    work: impl Fn(&P) -> T + Sync,
) -> Vec<T> {
    let stretches = stretches(pieces, length, threads.get().min(THREADS));
    let all = |stretch: &[P]| stretch.iter().map(&work).collect::<Vec<T>>();
    let Some((own, others)) = stretches.split_last() else {
        return Vec::new();
    };
    std::thread::scope(|scope| {
        let begun: Vec<_> = others
            .iter()
            .map(|stretch| {
                let thread = std::thread::Builder::new();
                thread.spawn_scoped(scope, || all(stretch)).ok()
            })
            .collect();
        let last = all(own);
        let mut done = Vec::with_capacity(pieces.len());
        for (stretch, begun) in others.iter().zip(begun) {
            let made = begun.and_then(|thread| thread.join().ok());
            // What no thread could be had for is done here.
            done.extend(made.unwrap_or_else(|| all(stretch)));
        }
        done.extend(last);
        done
    })
}

/// The pieces in stretches of about the same length, at most so many.
fn stretches<P>(pieces: &[P], length: impl Fn(&P) -> usize, most: usize) -> Vec<&[P]> {
    let whole: usize = pieces.iter().map(&length).sum();
    let number = (whole / STRETCH).clamp(1, most);
    let mut stretches = Vec::with_capacity(number);
    let (mut start, mut passed) = (0, 0);
    for (at, piece) in pieces.iter().enumerate() {
        passed += length(piece);
        if passed >= whole * (stretches.len() + 1) / number {
            stretches.push(&pieces[start..=at]);
            start = at + 1;
        }
    }
    if start < pieces.len() {
        stretches.push(&pieces[start..]);
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_worked_on_once_and_in_order() {
        for lengths in [
            vec![],
            vec![0],
            vec![10; 7],
            vec![0, 0, STRETCH * 9, 0, 1],
            (0..1_000).map(|at| at % 700).collect(),
        ] {
            let three = NonZero::new(3).unwrap();
            let done = each(&lengths, three, |length| *length, |length| length + 1);
            let expected: Vec<usize> = lengths.iter().map(|length| length + 1).collect();
            assert_eq!(done, expected);
            for most in 1..=THREADS {
                let stretches = stretches(&lengths, |length| *length, most);
                assert!(stretches.len() <= most);
                assert_eq!(stretches.concat(), lengths);
            }
        }
    }
}
