//! Texts of very many definitions and segments, for what must grow with a text and no faster.

/// So many definitions that use each other now and then, and so many segments that overlap, none of which lies in another. They are
/// about the fields `region`, `visits`, `lifetime_value`, `consent` and `signup_at`, and sound.
pub fn text(definitions: usize, segments: usize) -> String {
    let mut text = String::new();
    for at in 0..definitions {
        text += &match at % 4 {
            0 => format!("let d{at} = visits > {at} AND consent\n"),
            1 => format!(
                "let d{at} = signup_at in last {} days OR d{}\n",
                at + 1,
                at - 1
            ),
            2 => format!("let d{at}(limit: number) = lifetime_value > limit + {at}\n"),
            _ => format!("let d{at} = d{}({at}) AND region = \"BE\"\n", at - 1),
        };
    }
    for at in 0..segments {
        let region = ["BE", "NL", "DE", "FR", "LU"][at % 5];
        text += &format!(
            "segment s{at} = region = \"{region}\" AND visits between {at} and {} AND signup_at in last {} days\n",
            2 * at + 7,
            at % 90 + 1
        );
    }
    text
}
