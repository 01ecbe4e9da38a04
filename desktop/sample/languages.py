"""Owns the sample newsroom's headlines and sentences in German, French, Chinese and Arabic; no logic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One foreign desk: its authors' names and lives, places, headlines, sentences and readers' comments."""

    authors: tuple[str, ...]
    places: tuple[str, ...]
    headlines: tuple[str, ...]
    sentences: tuple[str, ...]
    comments: tuple[str, ...]
    bios: tuple[str, ...]
    gap: str = " "
    """Between sentences."""


GERMAN = Language(
    ("Zoé Müller", "Jürgen Weiß", "Käthe Groß", "Björn Österreicher"),
    ("Köln", "Görlitz", "Lübeck", "Weißensee", "Fürth", "Zürich", "Gießen", "Würzburg", "Mödling", "Plön"),
    (
        "Straßenbahn nach {place}: Linie {number} fährt wieder",
        "Bäckerei in {place} schließt nach {number} Jahren",
        "Überraschung im Rathaus von {place}",
        "Wem gehört der Fluss in {place}?",
        "Die große Stille von {place}, Teil {number}",
        "{place} zählt {number} neue Bäume",
        "Süßes Erbe: {number} Rezepte aus {place}",
    ),
    (
        "Die erste Bahn ging um fünf, und sie war voll.",
        "In {place} weiß man, dass Maß halten nichts mit Größe zu tun hat.",
        "„Wir haben {number} Jahre gewartet, wir können auch noch einen Tag warten“, sagt die Wirtin.",
        "Der Beschluss fiel knapp, die Erleichterung nicht.",
        "Über die Kosten schweigt der Ausschuss bis Ende des Monats.",
        "Draußen fiel leiser Regen auf das Kopfsteinpflaster.",
    ),
    ("Schöner Text, danke!", "Das stimmt so nicht.", "Grüße aus Plön.", "Und wer räumt die Straße?"),
    ("Schreibt über Städte und ihre Straßen.", "Hört zu, größtenteils."),
)
FRENCH = Language(
    ("Élodie Lefèvre", "François Gérard", "Anaïs Béranger", "Noël Dubœuf"),
    ("Besançon", "Angoulême", "Sète", "Orléans", "Béziers", "Évreux", "Nîmes", "Liège", "Genève", "Québec"),
    (
        "Élection à {place} : la soirée en direct",
        "À {place}, le marché rouvre après {number} jours",
        "Où sont passés les {number} platanes de {place} ?",
        "Une nuit à l’hôpital de {place}",
        "{place}, la fenêtre d’en face, épisode {number}",
        "Le théâtre de {place} fête ses {number} ans",
        "L’été où {place} a manqué d’eau",
    ),
    (
        "Il était sept heures, et déjà l’on cherchait une chaise.",
        "À {place}, on dit que la rivière a meilleure mémoire que la mairie.",
        "« Nous n’avons rien demandé, et voilà ce que nous avons reçu », sourit la libraire.",
        "Le dépouillement s’est achevé à {number} voix près.",
        "Le rapport, long de {number} pages, tient en une phrase.",
        "Personne n’a fermé l’œil, sauf le gardien.",
    ),
    (
        "Merci pour ce bel article.",
        "Ça, c’est dit !",
        "Bravo à toute l’équipe.",
        "Il manque un accent au titre.",
    ),
    ("Photographe, marcheuse, lectrice.", "Élevé au bord du fleuve."),
)
CHINESE = Language(
    ("李 小龙", "王 芳", "陈 思远", "林 雨晴"),
    ("上海", "苏州", "成都", "广州", "西安", "青岛", "杭州", "昆明", "哈尔滨", "台北"),
    (
        "{place}的早晨,第{number}篇",
        "{place}老茶馆重新开张",
        "{place}地铁再添{number}站",
        "一座桥与{place}的{number}年",
        "{place}图书馆的夜读者",
        "雨后的{place}:{number}张照片",
        "谁还记得{place}的老码头?",
    ),
    (
        "清晨五点,早点铺的灯先亮了。",
        "在{place},人们习惯先问天气,再问价钱。",
        "“等了{number}年,终于等到这一天。”老人说。",
        "会议开了三个小时,结论只有一句话。",
        "这份名单上有{number}个名字,都是手写的。",
        "江面上起了雾,船笛声很远。",
    ),
    ("写得真好。", "想家了。", "请问照片在哪里拍的?", "期待下一篇!"),
    ("喜欢旧地图和新面馆。", "夜班编辑。"),
    gap="",
)
ARABIC = Language(
    ("ليلى حداد", "عمر الخطيب", "نور السيد", "سامي منصور"),
    ("بيروت", "القاهرة", "تونس", "عمّان", "الرباط", "حلب", "بغداد", "صنعاء", "مسقط", "الخرطوم"),
    (
        "مدينة بلا نوافذ: رسالة من {place}",
        "سوق {place} يفتح أبوابه بعد {number} يومًا",
        "{place} تعدّ أشجارها: {number} شجرة جديدة",
        "ليلة طويلة في مستشفى {place}",
        "مكتبة {place} تستعيد {number} كتاب",
        "من يتذكر ميناء {place} القديم؟",
        "صباح {place}، الحلقة {number}",
    ),
    (
        "في الخامسة صباحًا لم يكن في الشارع سوى بائع الخبز.",
        "يقول أهل {place} إن النهر يعرف أسماءهم.",
        "«انتظرنا {number} عامًا، ولن نستعجل اليوم»، قالت السيدة ضاحكة.",
        "انتهى الاجتماع بجملة واحدة، وبقي السؤال مفتوحًا.",
        "في الصندوق {number} رسالة لم تُفتح.",
        "توقف المطر قبل الظهر، وعاد الأولاد إلى الملعب.",
    ),
    ("مقال جميل، شكرًا.", "هذا هو حال مدينتنا.", "أين يمكن أن نقرأ الجزء الثاني؟", "صحيح تمامًا."),
    ("تكتب عن المدن وأسواقها.", "مراسل ليلي."),
)
LANGUAGES = (GERMAN, FRENCH, CHINESE, ARABIC)

TRANSLATED_TAGS = {
    "straße": "strasse",
    "société": "societe",
    "城市": "chengshi",
    "مدينة": "madina",
}
"""Tag names in other scripts with their slugs, one per desk in the order of ``LANGUAGES``."""
