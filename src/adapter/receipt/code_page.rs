//! Code pages: which letter is which byte at a printer.

/// A code page of receipt printers, by the number that Epson gave it and others took over. The lower half of each
/// is ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodePage {
    /// PC858: Western Europe with the euro sign.
    Pc858,
    /// Windows-1252: Western Europe.
    Wpc1252,
    /// PC852: Central Europe.
    Pc852,
    /// Windows-1250: Central Europe with the euro sign.
    Wpc1250,
    /// Windows-1257: the Baltic.
    Wpc1257,
    /// Windows-1254: Turkey.
    Wpc1254,
    /// PC866: Cyrillic.
    Pc866,
    /// Windows-1251: Cyrillic with Ukrainian, Serbian and the euro sign.
    Wpc1251,
    /// Windows-1253: Greek.
    Wpc1253,
    /// PC437: what a printer has that was never set.
    Pc437,
}

impl CodePage {
    /// All of them, in the order in which they are tried: what most printers have comes first.
    pub const ALL: &'static [Self] = &[
        Self::Pc858,
        Self::Wpc1252,
        Self::Pc852,
        Self::Wpc1250,
        Self::Wpc1257,
        Self::Wpc1254,
        Self::Pc866,
        Self::Wpc1251,
        Self::Wpc1253,
        Self::Pc437,
    ];

    /// The number by which `ESC t` chooses it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Pc437 => 0,
            Self::Wpc1252 => 16,
            Self::Pc866 => 17,
            Self::Pc852 => 18,
            Self::Pc858 => 19,
            Self::Wpc1250 => 45,
            Self::Wpc1251 => 46,
            Self::Wpc1253 => 47,
            Self::Wpc1254 => 48,
            Self::Wpc1257 => 51,
        }
    }

    /// The byte of a letter. `None` if the page doesn't have it.
    pub fn byte(self, letter: char) -> Option<u8> {
        if letter.is_ascii() {
            return u8::try_from(u32::from(letter)).ok();
        }
        let place = self.upper().chars().position(|known| known == letter)?;
        u8::try_from(place.checked_add(128)?).ok()
    }

    /// The letter of a byte. `None` if the page has none there.
    pub fn letter(self, byte: u8) -> Option<char> {
        match byte.checked_sub(128) {
            None => Some(char::from(byte)),
            Some(place) => self.upper().chars().nth(usize::from(place)).filter(|letter| *letter != ' '),
        }
    }

    /// The letters of the bytes from 128 on; a space where there is none, or one without a shape.
    #[rustfmt::skip]
    const fn upper(self) -> &'static str {
        match self {
            Self::Pc858 => "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´ ±‗¾¶§÷¸°¨·¹³²■ ",
            Self::Wpc1252 => "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ ¡¢£¤¥¦§¨©ª«¬ ®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
            Self::Pc852 => "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´ ˝˛ˇ˘§÷¸°¨˙űŘř■ ",
            Self::Wpc1250 => "€ ‚ „…†‡ ‰Š‹ŚŤŽŹ ‘’“”•–— ™š›śťžź ˇ˘Ł¤Ą¦§¨©Ş«¬ ®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
            Self::Wpc1257 => "€ ‚ „…†‡ ‰ ‹ ¨ˇ¸ ‘’“”•–— ™ › ¯˛   ¢£¤ ¦§Ø©Ŗ«¬ ®Æ°±²³´µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙",
            Self::Wpc1254 => "€ ‚ƒ„…†‡ˆ‰Š‹Œ    ‘’“”•–—˜™š›œ  Ÿ ¡¢£¤¥¦§¨©ª«¬ ®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ",
            Self::Pc866 => "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■ ",
            Self::Wpc1251 => "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–— ™љ›њќћџ ЎўЈ¤Ґ¦§Ё©Є«¬ ®Ї°±Ііґµ¶·ё№є»јЅѕїАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя",
            Self::Wpc1253 => "€ ‚ƒ„…†‡ ‰ ‹     ‘’“”•–— ™ ›     ΅Ά£¤¥¦§¨© «¬ ®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ ΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ ",
            Self::Pc437 => "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ",
        }
    }
}

/// Another letter in place of one that no page has: without its accent, or as it was typed before there was it.
/// Always one for one, since rows of a receipt are in columns.
pub(super) fn plain(letter: char) -> char {
    /// U+00C0 to U+017F without accents.
    const BASES: &str = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuytyAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
    match letter {
        '\u{c0}'..='\u{17f}' => {
            let place = u32::from(letter).saturating_sub(0xc0);
            usize::try_from(place).ok().and_then(|place| BASES.chars().nth(place)).unwrap_or('?')
        }
        // Romanian has a comma below, and older pages a cedilla in its place.
        '\u{218}' => 'S',
        '\u{219}' => 's',
        '\u{21a}' => 'T',
        '\u{21b}' => 't',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => ' ',
        '‘' | '’' | '‚' | '′' => '\'',
        '“' | '”' | '„' | '″' | '«' | '»' => '"',
        '‐'..='―' | '−' => '-',
        '…' => '.',
        '•' | '·' => '*',
        '€' => 'E',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_128_places_and_gives_its_letters_back() {
        for page in CodePage::ALL {
            assert_eq!(page.upper().chars().count(), 128, "{page:?}");
            for byte in 0..=255 {
                if let Some(letter) = page.letter(byte) {
                    assert_eq!(page.byte(letter), Some(byte), "{page:?} {letter}");
                }
            }
        }
        assert_eq!((CodePage::Pc858.byte('€'), CodePage::Wpc1252.byte('€')), (Some(0xd5), Some(0x80)));
        assert_eq!([plain('Ł'), plain('ø'), plain('ÿ'), plain('ſ'), plain('李')], ['L', 'o', 'y', 's', '?']);
    }
}
