//! As Python's `configparser` reads it, and with it botocore and the AWS CLI. Two things are taken more kindly than there: what stands
//! before the first section, which is how AWS's oldest files were, and what is given twice, which AWS's other tools merge.

use super::{Builder, Ini, Why};
use crate::error::ImportError;
use crate::lines::lines;

pub(crate) fn parse(text: &str) -> Result<Ini, ImportError> {
    let mut builder = Builder::default();
    // The key whose value goes on in lines that are indented more than its own.
    let mut open: Option<(String, usize)> = None;
    for (number, line) in lines(text) {
        let content = line.trim();
        if content.is_empty() {
            if let Some((key, _)) = &open {
                builder.continue_value(key, "");
            }
            continue;
        }
        if content.starts_with(['#', ';']) {
            continue;
        }
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        if let Some((key, _)) = open.as_ref().filter(|(_, level)| indent > *level) {
            builder.continue_value(key, content);
            continue;
        }
        open = None;
        if let Some(name) = section_name(content) {
            builder.section(name)?;
        } else if let Some((key, value)) = content
            .split_once(['=', ':'])
            .filter(|(key, _)| !key.trim().is_empty())
        {
            let key = key.trim().to_lowercase();
            builder.entry(&key, value.trim(), number)?;
            open = Some((key, indent));
        } else {
            builder.unread(number, Why::NoKey)?;
        }
    }
    let mut ini = builder.finish();
    for entry in ini.sections.iter_mut().flat_map(|it| &mut it.entries) {
        let length = entry.value.trim_end().len();
        entry.value.truncate(length);
    }
    Ok(ini)
}

/// What follows the last `]` is passed over, as there.
fn section_name(content: &str) -> Option<&str> {
    let (name, _) = content.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name.trim())
}

#[cfg(test)]
mod tests {
    use super::super::tests::dump;
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(dump(&parse(text).expect("readable")), expected);
    }

    #[test]
    fn lines_are_read_as_botocore_reads_them() {
        check(
            "# comment\r\n[default]\r\nAWS_Access_Key_Id = AKIA\r\naws_secret_access_key:a=b\r\n  ; comment\r\n[profile  x ] tail\r\nregion=\r\n",
            "[default]\naws_access_key_id=\"AKIA\"\naws_secret_access_key=\"a=b\"\n[profile  x]\nregion=\"\"\n",
        );
    }

    #[test]
    fn deeper_lines_go_on_with_the_value() {
        check(
            "[a]\ns3 =\n  max = 1\n  path = x\nk = v\n\n  more\n",
            "[a]\ns3=\"\\nmax = 1\\npath = x\"\nk=\"v\\n\\nmore\"\n",
        );
        check("  [a]\n  k = v\n  l = w\n", "[a]\nk=\"v\"\nl=\"w\"\n");
    }

    #[test]
    fn what_stands_before_a_section_has_none() {
        check("AWSAccessKeyId=AKIA\n", "[]\nawsaccesskeyid=\"AKIA\"\n");
    }

    #[test]
    fn sections_and_keys_given_twice_are_merged() {
        check(
            "[a]\nk=1\n[b]\nk=2\n[a]\nk=3\nl=4\n",
            "[a]\nk=\"3\"\nl=\"4\"\n[b]\nk=\"2\"\n! a 2 SetAgain(6)\n",
        );
    }

    #[test]
    fn lines_that_are_nothing_are_named() {
        check(
            "[a]\nword\n= v\n[]\n",
            "[a]\n! a 2 NoKey\n! a 3 NoKey\n! a 4 NoKey\n",
        );
    }
}
