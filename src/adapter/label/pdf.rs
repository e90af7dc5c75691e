//! Drawings as the pages of a PDF. Text stays text, in the letters of its typeface that are used; a logo is there
//! once, however many cards have it.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use subsetter::{GlyphRemapper, subset};
use thiserror::Error;
use ttf_parser::{Face, GlyphId};

use super::drawing::{Colour, Drawing, Item, Pixels, Rectangle};
use super::size::{Dots, Length};
use super::typeface::{Typeface, placed};

/// How hard streams are compressed, of 10.
const LEVEL: u8 = 6;
/// What says how letters are numbered: as they are in the file.
const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Why there is no PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PdfError {
    /// There is nothing to print.
    #[error("a PDF has at least one page, and there is none")]
    NoPages,
    /// Letters can't be taken out of a typeface.
    #[error("the letters that are used can't be taken out of the typeface: give another one")]
    Typeface,
    /// More things than the form has numbers for.
    #[error("a PDF can't have so many pages: write several")]
    TooMany,
}

/// A PDF of drawings, each a page in its size.
///
/// ```
/// use regulars::adapter::label::{PrintedCard, Design, Resolution, Sheet, Size, Symbol, to_pdf};
/// use regulars::code::Symbology;
///
/// let design = Design::new(Size::CR80, Resolution::DPI_300).shop("The Shop");
/// let symbol = Symbol::new(Symbology::Ean13, "2900000000179")?;
/// let card = design.draw(&PrintedCard { symbol: &symbol, name: "Ada", caption: "2900000000179" })?;
/// let pages = Sheet::CR80_A4.pages(&vec![card; 12], 0)?;
/// assert_eq!(pages.len(), 2);
/// assert!(to_pdf(&pages, "Cards")?.starts_with(b"%PDF-1.7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`PdfError`] without a page, and for a typeface that can't be put inside.
pub fn to_pdf(pages: &[Drawing], title: &str) -> Result<Vec<u8>, PdfError> {
    if pages.is_empty() {
        return Err(PdfError::NoPages);
    }
    let mut refs = Refs(0);
    let (catalog, tree, info) = (refs.next()?, refs.next()?, refs.next()?);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).viewer_preferences().display_doc_title(true);
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("regulars"));
    let mut shared = Shared::default();
    for page in pages {
        shared.collect(page, &mut refs)?;
    }
    let mut kids = Vec::new();
    for page in pages {
        let (id, content) = (refs.next()?, refs.next()?);
        kids.push(id);
        write_page(&mut pdf, [id, tree, content], page, &shared);
    }
    let count = i32::try_from(kids.len()).map_err(|_| PdfError::TooMany)?;
    pdf.pages(tree).kids(kids).count(count);
    shared.write(&mut pdf, &mut refs)?;
    Ok(pdf.finish())
}

/// Numbers of objects, one after the other.
struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Result<Ref, PdfError> {
        self.0 = self.0.checked_add(1).filter(|number| *number < 8_388_607).ok_or(PdfError::TooMany)?;
        Ok(Ref::new(self.0))
    }
}

/// What pages have in common.
#[derive(Default)]
struct Shared {
    typefaces: Vec<Used>,
    pictures: Vec<(Arc<Pixels>, Ref)>,
}

/// A typeface, and its letters that are used.
struct Used {
    typeface: Typeface,
    id: Ref,
    glyphs: GlyphRemapper,
    /// Which letter a glyph of the typeface stands for.
    letters: BTreeMap<u16, char>,
}

impl Shared {
    fn collect(&mut self, page: &Drawing, refs: &mut Refs) -> Result<(), PdfError> {
        for item in &page.items {
            match item {
                Item::Text { typeface, text, size, .. } => {
                    if self.used(typeface).is_none() {
                        let (typeface, id) = (typeface.clone(), refs.next()?);
                        let (glyphs, letters) = (GlyphRemapper::new(), BTreeMap::new());
                        self.typefaces.push(Used { typeface, id, glyphs, letters });
                    }
                    let Some(face) = typeface.face() else { continue };
                    let same = self.typefaces.iter_mut().find(|used| is_same(&used.typeface, typeface));
                    let Some(used) = same else { continue };
                    for letter in placed(&face, text, *size).0 {
                        used.glyphs.remap(letter.glyph);
                        used.letters.entry(letter.glyph).or_insert(letter.letter);
                    }
                }
                Item::Picture { pixels, .. } if self.picture(pixels).is_none() => {
                    self.pictures.push((pixels.clone(), refs.next()?));
                }
                Item::Picture { .. } | Item::Rectangles { .. } => {}
            }
        }
        Ok(())
    }

    fn used(&self, typeface: &Typeface) -> Option<(usize, &Used)> {
        self.typefaces.iter().enumerate().find(|(_, used)| is_same(&used.typeface, typeface))
    }

    fn picture(&self, pixels: &Arc<Pixels>) -> Option<usize> {
        self.pictures.iter().position(|(known, _)| Arc::ptr_eq(known, pixels) || known == pixels)
    }

    fn write(&self, pdf: &mut Pdf, refs: &mut Refs) -> Result<(), PdfError> {
        for (pixels, id) in &self.pictures {
            let bytes = compress_to_vec_zlib(&pixels.bytes, LEVEL);
            let mut picture = pdf.image_xobject(*id, &bytes);
            picture.filter(Filter::FlateDecode);
            picture.width(whole(pixels.width)).height(whole(pixels.height));
            picture.bits_per_component(8).color_space().device_rgb();
        }
        for used in &self.typefaces {
            used.write(pdf, refs)?;
        }
        Ok(())
    }
}

impl Used {
    /// The letters as they are shown: two bytes each.
    fn shown(&self, face: &Face<'_>, text: &str, size: Dots) -> Vec<u8> {
        let glyphs = placed(face, text, size).0;
        glyphs.iter().flat_map(|letter| self.glyphs.get(letter.glyph).unwrap_or(0).to_be_bytes()).collect()
    }

    /// The typeface with the letters that are used, how wide they are, and what they mean.
    fn write(&self, pdf: &mut Pdf, refs: &mut Refs) -> Result<(), PdfError> {
        let face = self.typeface.face().ok_or(PdfError::Typeface)?;
        let (cid, descriptor, map, file) = (refs.next()?, refs.next()?, refs.next()?, refs.next()?);
        let data = subset(self.typeface.data(), 0, &self.glyphs).map_err(|_| PdfError::Typeface)?;
        let is_true_type = face.tables().glyf.is_some();
        let name = base_name(&face, self.id);
        let name = Name(name.as_bytes());
        let mut font = pdf.type0_font(self.id);
        font.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(map);
        font.finish();

        let mut font = pdf.cid_font(cid);
        font.subtype(if is_true_type { CidFontType::Type2 } else { CidFontType::Type0 });
        font.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
        if is_true_type {
            font.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let widths = self
            .glyphs
            .remapped_gids()
            .map(|glyph| per_mille(&face, i32::from(face.glyph_hor_advance(GlyphId(glyph)).unwrap_or(0))));
        font.widths().consecutive(0, widths);
        font.finish();

        let part = |units: i16| per_mille(&face, i32::from(units));
        let bounds = face.global_bounding_box();
        let mut about = pdf.font_descriptor(descriptor);
        about.name(name).flags(FontFlags::NON_SYMBOLIC).italic_angle(0.0).stem_v(80.0);
        about.bbox(Rect::new(part(bounds.x_min), part(bounds.y_min), part(bounds.x_max), part(bounds.y_max)));
        about.ascent(part(face.ascender())).descent(part(face.descender()));
        about.cap_height(part(face.capital_height().unwrap_or(face.ascender())));
        if is_true_type {
            about.font_file2(file)
        } else {
            about.font_file3(file)
        };
        about.finish();

        let mut unicode = UnicodeCmap::<u16>::new(Name(b"letters"), IDENTITY);
        for (glyph, letter) in &self.letters {
            unicode.pair(self.glyphs.get(*glyph).unwrap_or(0), *letter);
        }
        let unicode = unicode.finish();
        let compressed = compress_to_vec_zlib(unicode.as_slice(), LEVEL);
        pdf.cmap(map, &compressed).filter(Filter::FlateDecode);
        let compressed = compress_to_vec_zlib(&data, LEVEL);
        let mut stream = pdf.stream(file, &compressed);
        stream.filter(Filter::FlateDecode);
        if is_true_type {
            stream.pair(Name(b"Length1"), i32::try_from(data.len()).map_err(|_| PdfError::TooMany)?);
        } else {
            stream.pair(Name(b"Subtype"), Name(b"OpenType"));
        }
        Ok(())
    }
}

fn write_page(pdf: &mut Pdf, [id, tree, content]: [Ref; 3], drawing: &Drawing, shared: &Shared) {
    let (width, height) = (points(drawing.size.width), points(drawing.size.height));
    let mut page = pdf.page(id);
    page.parent(tree).media_box(Rect::new(0.0, 0.0, width, height)).contents(content);
    let mut resources = page.resources();
    let mut fonts = resources.fonts();
    for (index, used) in shared.typefaces.iter().enumerate() {
        fonts.pair(Name(font_name(index).as_bytes()), used.id);
    }
    fonts.finish();
    let mut pictures = resources.x_objects();
    for (index, (_, id)) in shared.pictures.iter().enumerate() {
        pictures.pair(Name(picture_name(index).as_bytes()), *id);
    }
    pictures.finish();
    resources.finish();
    page.finish();
    let bytes = compress_to_vec_zlib(&contents(drawing, height, shared), LEVEL);
    pdf.stream(content, &bytes).filter(Filter::FlateDecode);
}

/// What is on a page, in dots from the bottom, as PDF counts them.
#[expect(clippy::float_arithmetic, reason = "PDF has its matrices as floats; places stay whole dots")]
fn contents(drawing: &Drawing, height: f32, shared: &Shared) -> Vec<u8> {
    let mut content = Content::new();
    let dot = 72.0 / float(drawing.resolution.dpi());
    let top = i64::from(drawing.height_dots());
    // The upper edges of page and drawing are the same, and a page isn't a whole number of dots high.
    content.transform([dot, 0.0, 0.0, dot, 0.0, height - dot * float(drawing.height_dots())]);
    let up = |y: i64| near(top.saturating_sub(y));
    let right = |x: Dots| near(i64::from(x.0));
    for item in &drawing.items {
        match item {
            Item::Rectangles { colour, rectangles } => {
                fill(&mut content, *colour);
                for Rectangle { x, y, width, height } in rectangles {
                    let lower = i64::from(y.0).saturating_add(i64::from(height.0));
                    content.rect(right(*x), up(lower), right(*width), right(*height));
                }
                content.fill_nonzero();
            }
            Item::Text { x, baseline, size, colour, typeface, text } => {
                let (Some((index, used)), Some(face)) = (shared.used(typeface), typeface.face()) else {
                    continue;
                };
                fill(&mut content, *colour);
                content.begin_text().set_font(Name(font_name(index).as_bytes()), right(*size));
                content.next_line(right(*x), up(i64::from(baseline.0)));
                content.show(Str(&used.shown(&face, text, *size))).end_text();
            }
            Item::Picture { x, y, pixels } => {
                let Some(index) = shared.picture(pixels) else { continue };
                let lower = i64::from(y.0).saturating_add(i64::from(pixels.height));
                content.save_state();
                content.transform([
                    float(pixels.width),
                    0.0,
                    0.0,
                    float(pixels.height),
                    right(*x),
                    up(lower),
                ]);
                content.x_object(Name(picture_name(index).as_bytes())).restore_state();
            }
        }
    }
    content.finish().to_vec()
}

#[expect(clippy::float_arithmetic, reason = "PDF has its colours as floats")]
fn fill(content: &mut Content, colour: Colour) {
    let [red, green, blue] = colour.0.map(|part| f32::from(part) / 255.0);
    if colour.0 == [0; 3] {
        // Black alone: printers take it from the black cartridge, and don't mix it.
        content.set_fill_gray(0.0);
    } else {
        content.set_fill_rgb(red, green, blue);
    }
}

/// In points, 72 to the inch.
#[expect(clippy::float_arithmetic, reason = "PDF has its lengths as floats")]
fn points(length: Length) -> f32 {
    float(length.um()) * 72.0 / 25_400.0
}

/// Units of a typeface as thousandths of an em.
#[expect(clippy::float_arithmetic, reason = "PDF has its widths as floats")]
fn per_mille(face: &Face<'_>, units: i32) -> f32 {
    near(i64::from(units)) * 1000.0 / f32::from(face.units_per_em())
}

/// A whole number up to some 16 million is itself as a float.
const fn near(number: i64) -> f32 {
    number as f32
}

fn float(number: u32) -> f32 {
    near(i64::from(number))
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn font_name(index: usize) -> String {
    format!("F{index}")
}

fn picture_name(index: usize) -> String {
    format!("P{index}")
}

/// The typeface's name, behind six letters that say that it is a part of it.
fn base_name(face: &Face<'_>, id: Ref) -> String {
    let own = face.names().into_iter().find(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME);
    let own = own.and_then(|name| name.to_string()).unwrap_or_else(|| "Typeface".into());
    let own: String = own.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    let digits = format!("{:06}", id.get());
    let letters = digits.bytes().map(|digit| char::from(digit.saturating_add(b'A' - b'0')));
    let tag: String = letters.take(6).collect();
    format!("{tag}+{own}")
}

fn is_same(one: &Typeface, other: &Typeface) -> bool {
    let bytes = |typeface: &Typeface| -> (*const u8, usize) {
        let data: &Cow<'static, [u8]> = typeface.data();
        (data.as_ptr(), data.len())
    };
    bytes(one) == bytes(other)
}
