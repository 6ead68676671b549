"""A labelled set of the project's own: spam and what citizens write, in French and in English.

Texts are put together from parts, with a fixed seed. Both sorts are made hard on purpose: citizens
link to the town's documents, give telephone numbers, announce sales and shout; some spam has no
link, some is polite. The world changes: every other sentence of each kind, citizens' included,
and the families of spam of `LATE` appear in the last quarter alone, so that a split by time meets
what it has not learnt.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

SEED = 20_261_125
NEW_FROM = 0.75  # of the set: from here on other sentences are used

SPAM = {
    "loan": [
        "Besoin d’un {crédit} rapide ? Offre de prêt entre particuliers de {somme} € à 2 %, sans frais. Contact : {mail}",
        "Je suis {nom}, prêteur sérieux. J’accorde des {crédit}s de 5 000 à {somme} euros à toute personne honnête. {mail}",
        "Get a {crédit} of {somme} euros at 2% with no fees, approved in 48 hours. Write to {mail}",
    ],
    "casino": [
        "Jouez au {jeu} en ligne, bonus de {somme} € offert à l’inscription {lien}",
        "Best online {jeu} {ville}, {somme} free spins, claim your bonus now {lien}",
        "J’ai gagné {somme} € au {jeu} hier soir grâce à ce site, essayez {lien}",
    ],
    "marabout": [
        "Grand marabout {nom}, retour de l’être aimé en 48 heures, chance aux jeux, désenvoûtement. Paiement après résultat. Tél {tel}",
        "Voyance gratuite avec maître {nom}, amour, argent, travail, résultat garanti à {ville}. WhatsApp {tel}",
    ],
    "pills": [
        "Perdez {kilos} kilos en un mois sans régime grâce à cette tisane naturelle {lien}",
        "Buy {pill} online without prescription, discreet delivery to {ville} {lien}",
        "Ce complément a changé ma vie : {kilos} kg perdus, commandez avant rupture de stock {lien}",
    ],
    "seo": [
        "Nice article! Very interesting information, I also wrote about this on my blog {lien}",
        "Bonjour, nous proposons la création de sites internet et le référencement à {ville} à prix imbattable {lien}",
        "Great post, thanks for sharing. Check out our {service} services in {ville} {lien}",
    ],
    "work": [
        "Travail à domicile : gagnez {somme} € par semaine, aucune expérience demandée, inscription {lien}",
        "Earn {somme} dollars a week from home, no experience, start today {lien}",
    ],
    "trades": [
        "Serrurier {ville} 24h/24, intervention en 20 minutes, devis gratuit, appelez le {tel}",
        "Débouchage, plomberie, dépannage à {ville} et environs, tarif imbattable {tel} {lien}",
    ],
}
LATE = {
    "crypto": [
        "Doublez vos bitcoins en 24 heures avec la plateforme {nom} Invest, {somme} € déjà versés {lien}",
        "Our trading robot makes {somme} euros a day, join the Telegram group {lien}",
    ],
    "support": [
        "Votre compte de formation expire : récupérez vos {somme} € avant ce soir {lien}",
        "Votre colis est en attente, réglez 1,99 € de frais ici {lien}",
    ],
}
CITIZENS = [
    "Il faudrait {chose} {lieu}, surtout {quand}. {suite}",
    "Pourquoi n’y a-t-il toujours pas {chose} {lieu} ? {suite}",
    "Je propose {chose} {lieu}. {suite} {suite2}",
    "Je ne suis pas d’accord : {chose}, ce n’est pas la priorité {lieu}. {suite}",
    "Bonne idée, mais pensez à {public}. {suite}",
    "We need {thing} near {place}, especially {when}. {after}",
    "I do not agree: {thing} is not what {place} needs. {after}",
    "{suite} Et {chose} {lieu}, c’est pour quand ?",
    "Merci pour ce projet. {suite}",
    "Oui.",
    "D’accord avec vous.",
    "Très bonne idée !",
    "Et le budget ?",
    "Thank you, good idea.",
    "Même avis, {quand} c’est pire.",
]
HARD = [
    "Le compte rendu du conseil est ici : https://www.ville.example.org/conseil/{n}, page {n}. {suite}",
    "Voir le plan : https://carte.example.org/{n} : il manque {chose} {lieu}.",
    "Pour {public}, appeler le CCAS au 01 23 45 67 {n}, ils répondent {quand}.",
    "Vide-grenier {lieu} dimanche prochain, 5 € l’emplacement, inscriptions à la mairie annexe.",
    "J’EN AI ASSEZ, TOUJOURS RIEN {lieu} DEPUIS {n} MOIS !!! {suite}",
    "Le maire a promis {chose} pendant la campagne. On attend. {suite}",
    "Étude de l’Insee sur le sujet : https://www.insee.example.org/{n}. {suite}",
    "Petition with {n} signatures here: https://petition.example.org/{n}. {after}",
    "Un crédit de {n}000 € est inscrit au budget pour {chose} ; où est-il passé ?",
    "La plomberie de l’école est à refaire, un devis de {n}000 € a été demandé.",
    "Gagner du temps {quand}, perdre moins d’argent : {chose} {lieu}.",
    "Les jeux {lieu} sont cassés, {public} n’y vont plus.",
]
PARTS = {
    "crédit": ["crédit", "prêt", "financement", "loan"],
    "somme": ["500", "2 000", "10 000", "75 000", "1500", "300"],
    "mail": ["pret.rapide@mail.example", "contact.finance24@mail.example", "n.dupuis@banque.example"],
    "nom": ["Dupuis", "Bamba", "Moussa", "Lefort", "Kader", "Williams"],
    "jeu": ["casino", "poker", "machine à sous", "slot", "blackjack"],
    "lien": ["https://bonus-{n}.shop/x", "www.gain{n}.xyz", "http://promo{n}.biz/?id={n}", "bit-{n}.ru/go"],
    "ville": ["Paris", "Lyon", "Nantes", "your city", "Marseille"],
    "tel": ["06 12 34 56 {n}", "+229 97 11 22 {n}", "07 55 44 33 {n}"],
    "kilos": ["5", "8", "10", "15"],
    "pill": ["viagra", "cialis", "tramadol", "ozempic"],
    "service": ["cleaning", "SEO", "roofing", "web design"],
    "chose": ["des bancs à l’ombre", "une piste cyclable", "un passage piéton", "plus d’arbres",
              "un marché le samedi", "des toilettes publiques", "un éclairage plus doux",
              "une zone à trente", "un local pour les associations", "des bacs à compost"],
    "lieu": ["devant l’école", "rue des Lilas", "au parc", "place du Marché", "près de la gare",
             "dans le quartier nord", "le long du canal", "au cimetière", "à la piscine"],
    "quand": ["le matin", "à la sortie des classes", "l’été", "quand il pleut", "le dimanche"],
    "suite": ["Les trottoirs sont trop étroits.", "Beaucoup de personnes âgées n’osent plus sortir.",
              "Les enfants traversent sans visibilité.", "Cela coûterait peu.", "On l’a déjà demandé.",
              "Il y a eu deux accidents cette année.", "Le bruit est insupportable.",
              "Les commerçants sont favorables.", "Je veux bien aider à entretenir."],
    "suite2": ["Merci de répondre.", "Une réunion serait utile.", "D’autres villes l’ont fait."],
    "public": ["aux poussettes", "aux fauteuils roulants", "aux écoliers", "aux personnes âgées"],
    "thing": ["more benches", "a bike lane", "a safer crossing", "street lights", "a playground"],
    "place": ["the school", "the station", "the market square", "the park"],
    "when": ["in the morning", "in winter", "at night", "on Sundays"],
    "after": ["It would not cost much.", "Children cross without being seen.", "We asked last year."],
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """One text of the set; `family` says which kind of spam, or how the rest is made."""

    text: str
    is_spam: bool
    family: str


def corpus(size: int = 1_600, share: float = 0.2, seed: int = SEED) -> list[Text]:
    """Texts in the order in which they come; those of `LATE` in the last quarter alone."""
    pick = random.Random(seed)
    found = []
    for place in range(size):
        is_late = place >= NEW_FROM * size
        known = 0 if not is_late else 1
        if pick.random() < share:
            families = LATE if is_late and pick.random() < 0.3 else SPAM
            family = pick.choice(sorted(families))
            some = families[family][known::2] or families[family]
            found.append(Text(_disguised(_filled(some, pick), pick), True, family))
        elif pick.random() < 0.25:
            found.append(Text(_filled(HARD[known::2], pick), False, "hard"))
        else:
            found.append(Text(_filled(CITIZENS[known::2], pick), False, "plain"))
    return found


def _filled(patterns: list[str], pick: random.Random) -> str:
    text = pick.choice(patterns)
    for _round in range(3):
        for name, words in PARTS.items():
            while f"{{{name}}}" in text:
                text = text.replace(f"{{{name}}}", pick.choice(words), 1)
        while "{n}" in text:
            text = text.replace("{n}", str(pick.randrange(10, 99)), 1)
    return text


def _disguised(text: str, pick: random.Random) -> str:
    """One in five hides: other letters, dots in the address, or no link at all."""
    way = pick.randrange(15)
    if way == 0:
        return text.replace("a", "а").replace("o", "о")  # Cyrillic
    if way == 1:
        return text.replace("https://", "").replace(".", " point ")
    return text.upper() if way == 2 else text
