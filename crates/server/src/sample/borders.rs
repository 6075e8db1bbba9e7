//! The thirteen municipalities of the region and where their borders run.
//!
//! Borders: github.com/bmesuere/belgium-topojson (CC0-1.0), thinned to 150 m and put into
//! EPSG:31370. Names, codes and inhabitants are public facts, centres are rounded.

/// A municipality.
pub(super) struct Municipality {
    /// Its Dutch name.
    pub(super) name: &'static str,
    /// Its statistical code, five digits.
    pub(super) nis: &'static str,
    /// The postcode of its main centre.
    pub(super) postcode: &'static str,
    /// What a street that leads there is called after.
    pub(super) adjective: &'static str,
    /// How many people live there.
    pub(super) inhabitants: i64,
    /// Town and villages, the main one first.
    pub(super) centres: &'static [Centre],
    /// The arcs of its border in order, counter-clockwise; `!i` is arc `i` backwards.
    pub(super) border: &'static [i32],
}

/// The heart of a town or village.
pub(super) struct Centre {
    /// Its name.
    pub(super) name: &'static str,
    /// Where it lies, in EPSG:31370.
    pub(super) at: [f64; 2],
    /// How far from there it is half as dense.
    pub(super) radius_m: f64,
}

/// The municipalities, by name.
#[rustfmt::skip]
pub(super) const MUNICIPALITIES: &[Municipality] = &[
    Municipality {
        name: "Anzegem", nis: "34002", postcode: "8570", adjective: "Anzegemse", inhabitants: 14781,
        centres: &[
            Centre { name: "Anzegem", at: [87180.0, 169780.0], radius_m: 550.0 },
            Centre { name: "Vichte", at: [81760.0, 169790.0], radius_m: 550.0 },
            Centre { name: "Ingooigem", at: [84340.0, 168140.0], radius_m: 320.0 },
            Centre { name: "Tiegem", at: [86160.0, 166900.0], radius_m: 320.0 },
            Centre { name: "Kaster", at: [88560.0, 167200.0], radius_m: 250.0 },
        ],
        border: &[-5, -4, -3, -2, -1],
    },
    Municipality {
        name: "Avelgem", nis: "34003", postcode: "8580", adjective: "Avelgemse", inhabitants: 10206,
        centres: &[
            Centre { name: "Avelgem", at: [84850.0, 163240.0], radius_m: 600.0 },
            Centre { name: "Bossuit", at: [82200.0, 160490.0], radius_m: 200.0 },
            Centre { name: "Outrijve", at: [83630.0, 162030.0], radius_m: 280.0 },
            Centre { name: "Waarmaarde", at: [87540.0, 164430.0], radius_m: 200.0 },
            Centre { name: "Kerkhove", at: [88330.0, 165530.0], radius_m: 240.0 },
        ],
        border: &[-8, -7, 0, -6],
    },
    Municipality {
        name: "Deerlijk", nis: "34009", postcode: "8540", adjective: "Deerlijkse", inhabitants: 12078,
        centres: &[
            Centre { name: "Deerlijk", at: [78620.0, 172000.0], radius_m: 750.0 },
            Centre { name: "Sint-Lodewijk", at: [78860.0, 169210.0], radius_m: 350.0 },
        ],
        border: &[2, -11, -10, -9],
    },
    Municipality {
        name: "Harelbeke", nis: "34013", postcode: "8530", adjective: "Harelbeekse", inhabitants: 28502,
        centres: &[
            Centre { name: "Harelbeke", at: [75570.0, 172970.0], radius_m: 1000.0 },
            Centre { name: "Bavikhove", at: [75420.0, 174490.0], radius_m: 420.0 },
            Centre { name: "Hulste", at: [74300.0, 175400.0], radius_m: 400.0 },
            Centre { name: "Stasegem", at: [75640.0, 170590.0], radius_m: 420.0 },
        ],
        border: &[9, -17, -16, -15, -14, -13, -12],
    },
    Municipality {
        name: "Kortrijk", nis: "34022", postcode: "8500", adjective: "Kortrijkse", inhabitants: 77109,
        centres: &[
            Centre { name: "Kortrijk", at: [72240.0, 169200.0], radius_m: 1700.0 },
            Centre { name: "Heule", at: [70360.0, 170390.0], radius_m: 650.0 },
            Centre { name: "Marke", at: [70020.0, 166890.0], radius_m: 600.0 },
            Centre { name: "Bissegem", at: [69350.0, 169020.0], radius_m: 500.0 },
            Centre { name: "Aalbeke", at: [69620.0, 163560.0], radius_m: 380.0 },
            Centre { name: "Rollegem", at: [71930.0, 162750.0], radius_m: 320.0 },
            Centre { name: "Bellegem", at: [73500.0, 163500.0], radius_m: 380.0 },
            Centre { name: "Kooigem", at: [76680.0, 159180.0], radius_m: 200.0 },
        ],
        border: &[12, -25, -24, -23, -22, -21, -20, -19, -18],
    },
    Municipality {
        name: "Kuurne", nis: "34023", postcode: "8520", adjective: "Kuurnse", inhabitants: 13676,
        centres: &[
            Centre { name: "Kuurne", at: [73480.0, 171850.0], radius_m: 850.0 },
        ],
        border: &[24, 13, -26],
    },
    Municipality {
        name: "Lendelede", nis: "34025", postcode: "8860", adjective: "Lendeleedse", inhabitants: 5787,
        centres: &[
            Centre { name: "Lendelede", at: [70360.0, 175680.0], radius_m: 600.0 },
        ],
        border: &[14, -27, 23, 25],
    },
    Municipality {
        name: "Menen", nis: "34027", postcode: "8930", adjective: "Meense", inhabitants: 33540,
        centres: &[
            Centre { name: "Menen", at: [62040.0, 165910.0], radius_m: 1000.0 },
            Centre { name: "Lauwe", at: [66690.0, 165610.0], radius_m: 650.0 },
            Centre { name: "Rekkem", at: [64970.0, 163970.0], radius_m: 450.0 },
        ],
        border: &[20, -30, -29, -28],
    },
    Municipality {
        name: "Spiere-Helkijn", nis: "34043", postcode: "8587", adjective: "Spierse", inhabitants: 2071,
        centres: &[
            Centre { name: "Spiere", at: [78210.0, 157430.0], radius_m: 330.0 },
            Centre { name: "Helkijn", at: [80490.0, 158850.0], radius_m: 330.0 },
        ],
        border: &[-32, 7, -31, 18],
    },
    Municipality {
        name: "Waregem", nis: "34040", postcode: "8790", adjective: "Waregemse", inhabitants: 38350,
        centres: &[
            Centre { name: "Waregem", at: [83740.0, 175600.0], radius_m: 1100.0 },
            Centre { name: "Beveren-Leie", at: [77950.0, 174570.0], radius_m: 480.0 },
            Centre { name: "Desselgem", at: [79580.0, 175320.0], radius_m: 480.0 },
            Centre { name: "Sint-Eloois-Vijve", at: [82260.0, 177150.0], radius_m: 450.0 },
        ],
        border: &[16, 10, 3, -33],
    },
    Municipality {
        name: "Wervik", nis: "33029", postcode: "8940", adjective: "Wervikse", inhabitants: 18909,
        centres: &[
            Centre { name: "Wervik", at: [56440.0, 164340.0], radius_m: 750.0 },
            Centre { name: "Geluwe", at: [58890.0, 167300.0], radius_m: 600.0 },
        ],
        border: &[-35, 28, -34],
    },
    Municipality {
        name: "Wevelgem", nis: "34041", postcode: "8560", adjective: "Wevelgemse", inhabitants: 31579,
        centres: &[
            Centre { name: "Wevelgem", at: [66430.0, 167060.0], radius_m: 900.0 },
            Centre { name: "Gullegem", at: [68040.0, 170930.0], radius_m: 650.0 },
            Centre { name: "Moorsele", at: [64510.0, 170760.0], radius_m: 500.0 },
        ],
        border: &[21, -36, 33, 29],
    },
    Municipality {
        name: "Zwevegem", nis: "34042", postcode: "8550", adjective: "Zwevegemse", inhabitants: 24814,
        centres: &[
            Centre { name: "Zwevegem", at: [77360.0, 167450.0], radius_m: 800.0 },
            Centre { name: "Otegem", at: [82420.0, 166610.0], radius_m: 350.0 },
            Centre { name: "Heestert", at: [82900.0, 165160.0], radius_m: 350.0 },
            Centre { name: "Moen", at: [81310.0, 162280.0], radius_m: 380.0 },
            Centre { name: "Sint-Denijs", at: [79030.0, 160760.0], radius_m: 330.0 },
        ],
        border: &[5, 1, 8, 11, 17, 30],
    },
];

/// The arcs between the places where three borders meet, in tens of metres of EPSG:31370.
#[rustfmt::skip]
pub(super) const ARCS: &[&[(i32, i32)]] = &[
    &[(8960, 16713), (8643, 16543), (8578, 16530)],
    &[(8578, 16530), (8524, 16618), (8374, 16742), (8295, 16763), (8221, 16863), (8140, 16904)],
    &[(8140, 16904), (8142, 17058), (8180, 17113)],
    &[(8180, 17113), (8341, 17122), (8554, 17292), (8665, 17272)],
    &[(8665, 17272), (8838, 17210), (8873, 17167), (8946, 16914), (8960, 16713)],
    &[(8054, 15994), (8310, 16185), (8376, 16280), (8419, 16431), (8495, 16457), (8578, 16530)],
    &[(8960, 16713), (9012, 16701), (9079, 16638), (9002, 16529), (8832, 16417), (8592, 16181), (8528, 16046), (8169, 15845)],
    &[(8169, 15845), (8054, 15994)],
    &[(8140, 16904), (8067, 16762), (7983, 16725), (7931, 16761), (7887, 16869), (7787, 16938)],
    &[(7787, 16938), (7710, 17066), (7719, 17142), (7789, 17237)],
    &[(7789, 17237), (7849, 17249), (7912, 17302), (8096, 17295), (8163, 17200), (8180, 17113)],
    &[(7787, 16938), (7669, 16854), (7563, 16849)],
    &[(7563, 16849), (7490, 17015), (7447, 17058)],
    &[(7447, 17058), (7522, 17167), (7526, 17281), (7457, 17355), (7386, 17376), (7320, 17473)],
    &[(7320, 17473), (7307, 17692)],
    &[(7307, 17692), (7560, 17756), (7712, 17577)],
    &[(7712, 17577), (7682, 17363), (7789, 17237)],
    &[(7563, 16849), (7522, 16602), (7529, 16528), (7582, 16423), (7585, 16237), (7682, 16042), (7728, 16010), (7743, 15922)],
    &[(7743, 15922), (7650, 15866), (7592, 15786)],
    &[(7592, 15786), (7532, 15995), (7452, 16125), (7226, 16106), (7004, 16161), (6874, 16167)],
    &[(6874, 16167), (6818, 16242), (6813, 16472), (6726, 16638)],
    &[(6726, 16638), (6847, 16692), (6851, 16813), (6912, 17080), (6849, 17384)],
    &[(6849, 17384), (6854, 17489)],
    &[(6854, 17489), (7084, 17452), (7194, 17379)],
    &[(7194, 17379), (7194, 17227), (7387, 17066), (7447, 17058)],
    &[(7194, 17379), (7320, 17473)],
    &[(6854, 17489), (6745, 17674), (6848, 17673), (7017, 17732), (7256, 17729), (7307, 17692)],
    &[(6874, 16167), (6756, 16080), (6622, 16082), (6387, 16510), (6235, 16488), (6141, 16548), (6037, 16386)],
    &[(6037, 16386), (6024, 16420), (6046, 16420), (5964, 16537), (5957, 16611), (5969, 16664), (6076, 16743), (6110, 16809), (6113, 16979)],
    &[(6113, 16979), (6337, 16942), (6386, 16910), (6420, 16856), (6426, 16686), (6468, 16616), (6557, 16608), (6726, 16638)],
    &[(7743, 15922), (8054, 15994)],
    &[(8169, 15845), (8043, 15762), (7916, 15619), (7818, 15631), (7592, 15786)],
    &[(7712, 17577), (7895, 17664), (8052, 17669), (8158, 17701), (8320, 17844), (8412, 17834), (8441, 17764), (8479, 17741), (8710, 17799), (8738, 17662), (8736, 17517), (8665, 17272)],
    &[(6122, 17059), (6113, 16979)],
    &[(6037, 16386), (5982, 16343), (5914, 16328), (5761, 16418), (5635, 16362), (5604, 16318), (5444, 16640), (5386, 16713), (5376, 16782), (5448, 16881), (5839, 17160), (6122, 17059)],
    &[(6122, 17059), (6216, 17120), (6415, 17197), (6508, 17276), (6655, 17283), (6849, 17384)],
];
