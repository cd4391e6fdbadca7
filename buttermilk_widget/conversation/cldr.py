"""Words for yes and no in about 200 languages.

From Unicode CLDR 48.2 (posix messages, ``yesstr`` and ``nostr``; Unicode License V3), in one case,
without abbreviations, and without words that mean yes in one language and no in another.
"""

from __future__ import annotations

_YES = """
ande | ano | ayyo | bai | bɛ́ɛ̀ni | bẹ́ẹ̀ni | có | ee | ee bono | eego | eeh | eey | ego | eja |
elo | ena | eny | enya | erê | evet | eye | eyo | eẽ | gea | ha | haa | haj | haw | hawa | haya
| hoi | hongu | huwo | hə | hɨɨ | hỹ | ie | igen | ih | iin | iva | iyee | ja | jah | jes | já |
jā | kyllä | lon | ndiyo | neja | oho | oo | oui | owé | po | se | si | sim | sin | sì | sí |
taip | tak | tha | tá | tēp | waaw | wei | wi | ya | yaŋ | ye | yebo | yee | yeh | yes | yiw |
yoh | yyih | yẹs | áno | èè | íyo | îi | òo | āe | ĩĩ | ŋ̀ŋ̂ | ɔwɔ | ɔ́ŋ | ɛ́ | ɛ́ɛ́ɛ | ɣää |
ʻio | ναί | ναι | да | иә | ооба | сөп | так | тийм | уойы | эйе | ҫапла | ҳа | әйе | այո | כן |
ءيا | بله | نعم | هأری | ها | هان | هو | ھەئە | ہاں | ܗܐ | आम् | नंगौ | हं | हय | हा | हाँ | हां
| हो | होयःहो | য়েস | হয় | হ্যাঁ | ਹਾਂ | હા | ହଁ | ஆம் | అవును | ಹೌದು | ഉവ്വ് | ඔව් | ใช่ |
ཡིན། | ཨིན་ | კი | አዎን | እወ | ᎥᎥ | ᐁᐦᐁ | បាទ | ᠲᠡᠢᠢᠮᠣ | ᱦᱚᱸᱺᱦ | ⵢⵢⵉⵀ | はい | 係 | 是 | 确定 | 系 |
ꉬ | 예 | 𐐷𐐯𐑅 | 𐑘𐑧𐑕 | 𑄃𑄳𑄦𑄨 | 𞤢𞤱𞤢
"""
_NO = """
a a | achicha | aiee | akin’tuna | ala | alaa | ao | arĩ | awe | ayi | aákó | aʼa | be |
bɛ́ɛ̀kɔ́ | bẹ́ẹ̀kọ́ | ca | cha | chan eil | daabi | dave | dili | doo | déedet | ei | ez | hai |
hani | hapana | hatshi | hayir | hindi | hî-î | hǎe | ideg | ka | kala | ket | không | kpele |
kuju | kwete | kāo | kɛ́m | le | maya | mba | mbai | na | nanga | nara | ndaali | ne | nedda |
nee | nei | nein | nej | nem | ngaaha | nie | nkhabe | no | non | nono | nu | nzúl | não | nãu |
nä | näi | níl | nò | nē | ně | ora | ote | oya | sio ewo | teu | tidak | to | tsia | tũ | tɔ̀ |
tɛgɛ | tɛ̂ | tʉkʉ | uhu | yaya | yox | yo‘q | á’ā | én-en | ëëy | ýok | ŋgáŋ | ũbaá | ʻikai |
όχι | жок | жоқ | йўқ | не | нет | ні | нӕйы | суох | юк | юҡ | ҫук | үгүй | ոչ | לא | جوق | لا
| نه | نَہ | نہيں | نہیں | ياق | ܠܐ | नङा | नहि | नहीं | ना | नाहीःना | नेईं | होइन | নহয় | না
| নো | ਨਹੀਂ | નહીં | ନା | இல்லை | వద్దు | ಇಲ್ಲ | അല്ല | නැත | ไม่ใช่ | མིན། | མེན་ | არა | አይ |
ኣይፋልን | ᎥᏝ | ᓇᒨᓇ | ទេ | ᠥᠬᠡᠢ | ᱵᱟᱝᱺᱵ | ὄχι | ⵓⵀⵓ | いいえ | 否 | 否定 | 唔係 | 唔系 | ꀋꉬ | ꔉꔒ | 아니요
| 𐑌𐐬 | 𐑯𐑴 | 𑄚 | 𞤮𞥅𞤮
"""
YES = frozenset(" ".join(word.split()) for word in _YES.split("|"))
NO = frozenset(" ".join(word.split()) for word in _NO.split("|"))
