//! Words of the region: streets, trees, remarks. All invented or in general use.

use std::collections::BTreeSet;

use super::random::Random;

const BEFORE: &[&str] = &[
    "", "", "", "", "", "Oude ", "Nieuwe ", "Kleine ", "Grote ", "Korte ", "Lange ",
];

const STEMS: &[&str] = &[
    "Kerk",
    "Molen",
    "Beek",
    "Leie",
    "Veld",
    "Meers",
    "Station",
    "School",
    "Kasteel",
    "Markt",
    "Brug",
    "Sluis",
    "Vlas",
    "Linde",
    "Eiken",
    "Beuken",
    "Populieren",
    "Kapel",
    "Klooster",
    "Abdij",
    "Groeninge",
    "Guldensporen",
    "Zand",
    "Hoog",
    "Pottel",
    "Vaart",
    "Weide",
    "Haag",
    "Rozen",
    "Tulpen",
    "Leeuwerik",
    "Merel",
    "Zwaluw",
    "Nachtegaal",
    "Hazelaar",
    "Wilgen",
    "Elzen",
    "Sint-Jans",
    "Sint-Elooi",
    "Onze-Lieve-Vrouw",
    "César Franck",
    "Théodoor Sevens",
    "Koning Albert",
    "Koningin Astrid",
    "Priester Daens",
    "Guido Gezelle",
    "Burgemeester Félix",
    "Steen",
    "Wever",
    "Spinner",
    "Brouwerij",
    "Ommegang",
    "Processie",
    "Gulden",
    "Zilver",
    "Koren",
    "Tarwe",
    "Haver",
    "Gerst",
    "Klaver",
    "Boomgaard",
    "Kersen",
    "Appel",
    "Peren",
    "Noten",
    "Vijver",
    "Bron",
    "Ooievaar",
    "Reiger",
    "Fazant",
    "Patrijs",
    "Zonnebloem",
    "Madeliefjes",
    "Korenbloem",
    "Heide",
    "Brem",
    "Lavendel",
    "Industrie",
    "Ambacht",
    "Nijverheid",
    "Handels",
    "Goudberg",
    "Keizer Karel",
    "Sint-Anna",
    "Sint-Rochus",
    "Vierschaar",
    "Schepen",
    "Gaver",
    "Ter Biest",
    "Ter Elst",
    "Ten Bosse",
    "Blauwpoort",
    "Zuid",
    "Noord",
    "Oost",
];

const STREETS: &[&str] = &[
    "straat", "straat", "straat", "straat", "straat", "laan", "laan", "lei", "plein", "hof",
    "dreef", "kaai",
];

const LANES: &[&str] = &[
    "weg", "weg", "weg", "wegel", "dreef", "veld", "pad", "voetweg",
];

/// A name for a street, or a lane between fields, that is not taken yet.
pub(super) fn street_name(is_lane: bool, random: &mut Random, taken: &BTreeSet<String>) -> String {
    loop {
        let ending = random.pick(if is_lane { LANES } else { STREETS });
        let (before, stem) = (random.pick(BEFORE), random.pick(STEMS));
        let name = format!("{before}{stem}{ending}");
        if !taken.contains(&name) || random.chance(0.02) {
            return name;
        }
    }
}

/// Trees: scientific name, Dutch name, height when grown.
pub(super) const SPECIES: &[(&str, &str, f64)] = &[
    ("Quercus robur", "zomereik", 24.0),
    ("Tilia × europaea", "Hollandse linde", 26.0),
    ("Platanus × hispanica", "gewone plataan", 27.0),
    ("Acer platanoides", "Noorse esdoorn", 19.0),
    ("Fagus sylvatica 'Atropunicea'", "bruine beuk", 25.0),
    ("Populus × canadensis", "Canadapopulier", 29.0),
    ("Salix alba", "schietwilg (knot)", 12.0),
    ("Fraxinus excelsior", "gewone es", 24.0),
    ("Aesculus hippocastanum", "witte paardenkastanje", 21.0),
    ("Betula pendula", "ruwe berk", 17.0),
    ("Prunus serrulata 'Kanzan'", "Japanse sierkers", 8.0),
    ("Magnolia × soulangeana", "beverboom 'Étoile'", 7.0),
    ("Pyrus calleryana 'Chanticleer'", "sierpeer", 12.0),
    ("Ulmus 'Dodoens'", "iep", 18.0),
];

/// What people write about a building; some write nothing.
pub(super) const BUILDING_REMARKS: &[&str] = &[
    "Café ’t Hoekske",
    "één bouwlaag afgebroken in 2019",
    "beschermd als monument (België)",
    "naïef getekende gevel, façade in blauwe steen",
    "Frituur \"De Zoete Inval\"",
    "bakkerij; winkel & werkhuis",
    "garage – niet ingemeten",
    "zie ook dossier nr. 007/1998",
];
