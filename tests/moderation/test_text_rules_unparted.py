"""The word rules in Japanese, Mandarin and Hindi: found inside unparted text, and what is harmless left alone."""

import pytest

from moderation.policy import load_policy
from moderation.text import text_rules

POLICY = load_policy()


def spoken(text: str) -> set[str]:
    return {rule.id for rule in text_rules(text, POLICY)}


@pytest.mark.parametrize(
    "text",
    [
        "テロップが画面の下を流れる料理番組", "ナチュラルな木の家具を作る職人", "赤いフェラーリが海沿いを走る",
        "メキシコの市場でギターを弾く老人", "カツオのたたきを皿に盛る板前", "りんごの皮をむく母の手",
        "指を折って数を数える幼稚園児", "白いワンピースの女性が坂を下る", "マリオネットの糸が絡まる人形劇",
        "ジャイアントパンダが竹を食べる", "嵐の夜、灯台守がスープを温める", "ラーメンの替え玉を頼むやり方",
        "爷爷在河边钓鱼", "一丝阳光照进教室", "猫睡在床上打呼噜", "小猫饿了，围着碗转", "托儿所门口，妈妈们接孩子",
        "门口爆米花香味飘来", "在银行房贷窗口排队",
        "高达三米的雪人", "五月天气正好，去郊外野餐", "几米高的浪打在灯塔上",
        "白熊大口吃鱼", "学科比赛的奖状贴满墙", "打开盒子，里面是一只小猫", "我们班轮流值日擦黑板",
        "कलाई पर राखी बाँधती बहन", "स्वेटर के फंदे गिनती दादी", "औरतें सिर पर बोझ उठाए पहाड़ चढ़ती हैं",
        "कपड़े पर चाय का दाग, दादी का नुस्ख़ा", "billi chuhe ka peecha karti hai", "garam tawe se roti utaarti maa",
    ],
)  # fmt: skip
def test_what_stands_inside_a_harmless_word_is_not_found(text: str) -> None:
    assert not spoken(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("橋の欄干に立ち、もう疲れたと目を閉じて一歩踏み出す少女", "text.self_harm"),
        ("銀行員を装って口座の暗証番号を聞き出す電話", "text.fraud"),
        ("縛られた男の指をペンチで潰す、悲鳴、カットなし", "text.gore"),
        ("ベルトで叩いて息子をしつける父", "text.child_abuse"),
        ("把外地人画成老鼠，大家拍手", "text.hate"),
        ("站在天台栏杆边，她闭上眼，说太累了", "text.self_harm"),
        ("冒充医保局让老人转账的录音", "text.fraud"),
        ("教你造假发票，不被查", "text.crime"),
        ("बैंक अफ़सर बनकर ओटीपी पूछने वाली कॉल", "text.fraud"),
        ("dawa band karo, gomutra se diabetes theek", "text.medical"),
        ("bachche ko dande se peetkar sudharo", "text.child_abuse"),
        ("कुत्ते को पत्थर मारते लड़के, हँसते हुए", "text.violence"),
    ],
)
def test_what_is_meant_is_found_by_what_stands_together(text: str, rule: str) -> None:
    assert rule in spoken(text)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("兩個人在床上做愛", "两个人在床上做爱"), ("把前女友的電話發到群裡羞辱她", "把前女友的电话发到群里羞辱她")],
)
def test_traditional_characters_are_read_as_simplified_ones(traditional: str, simplified: str) -> None:
    assert spoken(traditional) == spoken(simplified) != set()
