"""One readable form for text that hides: look-alike letters, invisible characters, spacing, leetspeak, encodings.

`normalise` gives the plain form and is idempotent; `readings` gives every form the word rules are matched against.
The table of look-alikes is a compact one of our own after the idea of Unicode UTS #39 (confusables).
"""

import base64
import binascii
import codecs
import re
import unicodedata

# Cyrillic, Greek, Armenian, Latin extensions that look like a Latin letter and that NFKD does not reach.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕԁԛԝһӏґѵьɡпг", "abekmhopctyxijsdqwhlrvbgnr", strict=True)),
        **dict(zip("αβεζηικμνορτυχωγκσ", "abeznikmvoptuxwyks", strict=True)),
        **dict(zip("աոսհցօ", "wnuhgo", strict=True)),
        **dict(zip("ıłøđħŧɑɩɪʟɴʀʏʙɢʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢⱪƙ", "ilodhtaiilnrybghacdejkmoptuvwzkk", strict=True)),
        "ß": "ss",
        "æ": "ae",
        "\u0901": "\u0902",  # chandrabindu is often typed as anusvara
        "œ": "oe",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
    }
)
# Traditional Chinese and old Japanese forms of the characters that the word rules use, to the simplified ones. Kana
# keep their voicing marks, Devanagari its vowel signs: without them words become others.
_HAN = str.maketrans(
    "殺槍彈製體國選黨總統習報賣買藥醫癌術陽陰畫聲臉偽爆發義納粹強壓脫乳褲兒童學畢業槍衛師員變種豬間諜軍團戰爭復讓聽說話實際機構詐騙貸錢銀證據號碼賭毒鈔萬億導師歲訴傳單歡眾們這個樣嗎還會裝樓燒絕處決頭顱斬斷"
    "腸內臟濺噴淚傷殘虐戲戀愛誘歐巴馬寶貝龍獅鳥貓愛馬專輯風歌紅藍綠廠標誌費飲劑針苗療糖尿壞話鬥為來時後對於點開關門問見現親觀覺規視覽車軌輪轉輕較載運過達遠連進邊遺長陳陸陣隊階險隨隱雙雜離難電霧靈靜頁頂項順"
    "須預領題額顏願類顧顯飛飯飾餅餓餘館駕驚騎驗髮鬧魚鮮鴨雞鹽麥麵黃齊齒齡龜亂亞佔侶係俠倆倫側偵傘備債傾僅僑僕價儀優儲兇兩冊凍凱別刪則剛剝創劃劇劉劍勁動務勝勞勢勵勸區協厭廁參吳喪嘗嘆嘔嚇嚴圍園圓圖執堅場塊塵"
    "墊墳壇壯壺壽夠夢夥奪奮妝娛婦媽嬌嬰孫寢審寫寬寵將尋層屬島嶺帳帶幣幫幹幾庫廚廟廢廣廳張彎當從徹恆悅悶惡惱態慘慣慶憂憐憤憶懷懸戶拋挾捨掃掛採揚換揮損搖搶摟撐撥撫撲擁擇擊擋擔擠擬擴擺擾攔攝敗敵數斃曉書東條棄"
    "楊極樂樹橋檔檢欄權歷歸殼毀氣沒況淨淺湯溝滅溫滿漁漢漲漸潔潛潤澤濃濕濟瀉灑灣災烏無煉煙煩熱燈營爐爛爺牆牽犧狀猶獄獎獨獲獵獸獻瑪環產異疊瘋癡癢癮皺盜盡監盤瞞矯確磚禍禮禿稅稱穀積穩窮竊競筆節範築簡簽籃糧糾紀"
    "約紗紙級紛純紹細終組結給絲經綁維網緊線緣編緩練縣縫縮織繞繩繪繼續纏罰罵羅翹聖聞聯聰職腎腦腫腳膚膠膽臨舉舊艦莊華萊葉蓋蔣蔥蕭薩藝蘇蘋蘭虛虧蝦蟲蠻衝補裡裏複襪襯觸訂計訊討訓記訪設許評詞試詩該詳認語誠誤誰課"
    "調談請論諾謀謊謝謠講識譜譯議護譽讀讚豐豔負財貢貧貨販貪貫責貴貼貿賀資賓賞賠賢質賴賺購賽贈贏贓趕趙跡踐蹤躍軀軟輔輛輝輩輸轟辦辭農遞適遲遷鄉鄧鄭鄰醜醬釀釋釣鈴鉤銅銳鋼錄錯錦鍋鍵鎖鎮鏈鏡鐘鐵鑑鑽閃閉閱閨闖韓"
    "響頸頻顆飄餵驅髒鬆鬍鬱魯鳳鳴鴿鵝鶴鷹麗徑衆曬兌鉗錘鋸憑櫃墜鑰擰薦註飼罷滾諷貶癱瘡妳僞綫鷄臺颱週紮佈麽遊羣牀唸祕衹祇蹟隻閒噁傢拚謗訛詛誹貞賤賊軋輾鑿閹餡饞騷驢驟鬚鯊鰲齣殲毆淪濘燙燴爾犢癲癥瘍瘓禦紋絞締罈"
    "臍艙蕩蝕蠟襲賄贖迴釘鈎鎚鏽鑄闢隸韌頒頹顫馭駛驕魘",
    "杀枪弹制体国选党总统习报卖买药医癌术阳阴画声脸伪爆发义纳粹强压脱乳裤儿童学毕业枪卫师员变种猪间谍军团战争复让听说话实际机构诈骗贷钱银证据号码赌毒钞万亿导师岁诉传单欢众们这个样吗还会装楼烧绝处决头颅斩断"
    "肠内脏溅喷泪伤残虐戏恋爱诱欧巴马宝贝龙狮鸟猫爱马专辑风歌红蓝绿厂标志费饮剂针苗疗糖尿坏话斗为来时后对于点开关门问见现亲观觉规视览车轨轮转轻较载运过达远连进边遗长陈陆阵队阶险随隐双杂离难电雾灵静页顶项顺"
    "须预领题额颜愿类顾显飞饭饰饼饿余馆驾惊骑验发闹鱼鲜鸭鸡盐麦面黄齐齿龄龟乱亚占侣系侠俩伦侧侦伞备债倾仅侨仆价仪优储凶两册冻凯别删则刚剥创划剧刘剑劲动务胜劳势励劝区协厌厕参吴丧尝叹呕吓严围园圆图执坚场块尘"
    "垫坟坛壮壶寿够梦伙夺奋妆娱妇妈娇婴孙寝审写宽宠将寻层属岛岭帐带币帮干几库厨庙废广厅张弯当从彻恒悦闷恶恼态惨惯庆忧怜愤忆怀悬户抛挟舍扫挂采扬换挥损摇抢搂撑拨抚扑拥择击挡担挤拟扩摆扰拦摄败敌数毙晓书东条弃"
    "杨极乐树桥档检栏权历归壳毁气没况净浅汤沟灭温满渔汉涨渐洁潜润泽浓湿济泻洒湾灾乌无炼烟烦热灯营炉烂爷墙牵牺状犹狱奖独获猎兽献玛环产异叠疯痴痒瘾皱盗尽监盘瞒矫确砖祸礼秃税称谷积稳穷窃竞笔节范筑简签篮粮纠纪"
    "约纱纸级纷纯绍细终组结给丝经绑维网紧线缘编缓练县缝缩织绕绳绘继续缠罚骂罗翘圣闻联聪职肾脑肿脚肤胶胆临举旧舰庄华莱叶盖蒋葱萧萨艺苏苹兰虚亏虾虫蛮冲补里里复袜衬触订计讯讨训记访设许评词试诗该详认语诚误谁课"
    "调谈请论诺谋谎谢谣讲识谱译议护誉读赞丰艳负财贡贫货贩贪贯责贵贴贸贺资宾赏赔贤质赖赚购赛赠赢赃赶赵迹践踪跃躯软辅辆辉辈输轰办辞农递适迟迁乡邓郑邻丑酱酿释钓铃钩铜锐钢录错锦锅键锁镇链镜钟铁鉴钻闪闭阅闺闯韩"
    "响颈频颗飘喂驱脏松胡郁鲁凤鸣鸽鹅鹤鹰丽径众晒兑钳锤锯凭柜坠钥拧荐注饲罢滚讽贬瘫疮你伪线鸡台台周扎布么游群床念秘只只迹只闲恶家拼谤讹诅诽贞贱贼轧辗凿阉馅馋骚驴骤须鲨鳌出歼殴沦泞烫烩尔犊癫症疡痪御纹绞缔坛"
    "脐舱荡蚀蜡袭贿赎回钉钩锤锈铸辟隶韧颁颓颤驭驶骄魇",
)
_KEPT_MARKS = re.compile("[\u0900-\u0902\u093e-\u094d\u0962\u0963\u3099\u309a]")
_UNMARKED = str.maketrans("", "", "\u093c")  # the nukta, which many leave out
_LEET = str.maketrans("013457@$!|€896", "oieastasiiebgg")
_LEET_L = str.maketrans("013457@$!|€896", "oleastasllebgg")
_SPACE = re.compile(r"\s+")
_LETTERS = re.compile(r"[^\W\d_]+")
_READ = re.compile("[a-z\u0900-\u097f\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
# Letters standing alone, three or more, parted by one separator each: "k i l l", "k.i.l.l", "k-i-l-l".
_SPACED = re.compile(r"(?<!\w)(?:[^\W_][\s._*~\-/,]{1,2}){2,}[^\W_](?!\w)")
# The same where marks part letters and spaces words: "h.i.s v.o.i.c.e", "h-i-s".
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W_][._*~\-/]){2,}[^\W_](?![^\W_])")
_DOTTED_TOO = re.compile(_DOTTED.pattern.replace("{2,}", "+"))  # beside such a word, shorter ones are so written too
# The same where single spaces part letters and wider ones words: "h i s   v o i c e".
_SPACED_APART = re.compile(r"(?<![^\W_])(?:[^\W_][ ._*~\-/]){2,}[^\W_](?![^\W_])")
_INSIDE = re.compile(r"(?<=[a-z])[._*~\-/|]+(?=[a-z])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_WORD_WITH_LEET = re.compile(r"\b(?=[\w@$!|€]*[a-z])[\w@$!|€]*[013456789@$!|€][\w@$!|€]*")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,8000}={0,2}(?![A-Za-z0-9+/=_-])")
_URL_SAFE = str.maketrans("-_", "+/")
# Little words of the languages in Latin letters whose rot13 is no word of any: by them turned text is known as such.
# A word of six letters without a vowel is turned too, more likely than not.
_SENTENCE = re.compile(
    r"\b(?:the|and|with|that|for|you|his|her|are|two|who|how|not|los|las|con|por|una|para|del|des|les|une|est|dans|pas"
    r"|der|die|das|und|ist|mit|ein|eine|den|von|nicht|hai|hain|aur|ka|ki|ko|mein|mai|on|of|de|du|el|ein|auf"
    r"|must|all|is|to|your|it|my|do|will|they|this|que|todos|pour|sur|tous|vous|avec|sind|zu)\b"
)
# Little words that no word read backwards is: two of them, and a text is written backwards.
_BACKWARDS = re.compile(
    r"\b(?:eht|htiw|taht|siht|rof|uoy|sih|reh|yeht|morf|ruoy|evah|noc|rop|arap|anu|euq|sol|sal|snad|sed|enu|tse"
    r"|ceva|dnu|tsi|enie|nie|hcan|thcin|red|sad|tim)\b"
)
# Words often written with a letter or two starred out; what stands for a letter; at least the first letter is shown.
_STARRED = """
fuck fucking fucked sex sexy sexual nude nudes naked porn porno pussy dick cock cum blowjob rape raped rapist boobs tits
kill killed killing murder suicide suicidal hanging shoot shooting stab behead beheading blood corpse nazi nazis hitler
terrorist jihad bomb bombs explosive drugs cocaine heroin meth weed nigger faggot whore slut bitch retard jews muslims
child children minor teen underage loli scam phishing hacker ransom vote
follar puta puto desnuda desnudo violar suicidio matar muerte sangre bomba droga cocaina maricon negro
baiser putain salope nue viol violer suicide tuer meurtre sang bombe drogue bougnole pede
ficken nackt hure schlampe vergewaltigen selbstmord toten morden blut bombe drogen kokain neger judensau
"""
_MASK = re.compile(r"(?<![\w*#•○●])[a-z](?=[a-z]*[*#_•○●])(?:[a-z]|[*#_•○●]){2,13}(?![\w*#•○●])")
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc"})
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in decomposed if unicodedata.category(c) not in _UNSEEN or c.isspace() or _KEPT_MARKS.match(c))
    plain = "".join(kept).translate(_UNMARKED).translate(_LOOKALIKES).translate(_HAN)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def normalise(text: str) -> str:
    """The text in lower case, without accents, look-alikes and invisible characters; idempotent."""
    # Folding one character can yield another that folds again; the longest chain in Unicode 15 is three.
    for _ in range(6):
        plain = _plain(text)
        if plain == text:
            break
        text = plain
    return text


def unread_share(text: str) -> float:
    """The share of letters of scripts that the word rules do not read, after normalisation, 0 to 1.

    Read are Latin letters, kana, Chinese characters and Devanagari.
    """
    # By words: half the letters of a Russian word look Latin, and it is no Latin word for that.
    words = _LETTERS.findall(normalise(text))
    unread = sum(len(word) for word in words if not _READ.fullmatch(word))
    return unread / sum(map(len, words)) if words else 0.0


def forbidden_characters(text: str) -> tuple[str, ...]:
    """Code points that no prompt needs: controls other than tab and line end, direction overrides."""
    found = {c for c in text if (unicodedata.category(c) == "Cc" and c not in "\t\n\r") or _OVERRIDES.match(c)}
    found |= {c for c in text if unicodedata.category(c) == "Cs"}
    return tuple(sorted(f"U+{ord(c):04X}" for c in found))


def spellings(text: str) -> tuple[str, ...]:
    """The plain form, and it with figures read as letters, then spaced letters joined; no form twice."""
    found = [normalise(text)]
    found.append(_WORD_WITH_LEET.sub(lambda match: _as_letters(match[0], _LEET), found[0]))
    if _DOTTED.search(found[0]):
        dotted = _DOTTED_TOO.sub(lambda match: re.sub(r"[\W_]", "", match[0]), found[0])
        found += [dotted, _WORD_WITH_LEET.sub(lambda match: _as_letters(match[0], _LEET), dotted)]
    if _SPACED_APART.search(text):
        apart = normalise(_SPACED_APART.sub(lambda match: re.sub(r"[\W_]", "", match[0]), text))
        found += [apart, _WORD_WITH_LEET.sub(lambda match: _as_letters(match[0], _LEET), apart)]
    joined = _SPACED.sub(lambda match: re.sub(r"[\W_]", "", match[0]), found[1])
    found.append(_INSIDE.sub("", joined))
    return tuple(dict.fromkeys(found))


def _as_letters(word: str, table: dict[int, int]) -> str:
    """A word with its figures as letters; what ends it is a mark of exclamation and no letter."""
    inner = word.rstrip("!|")
    return inner.translate(table) + word[len(inner) :]


def readings(text: str) -> tuple[str, ...]:
    """Every form the word rules read, the plain one first, no form twice."""
    found = [*spellings(text), _WORD_WITH_LEET.sub(lambda match: _as_letters(match[0], _LEET_L), normalise(text))]
    found += [_REPEATED.sub(r"\1", found[-1]), _REPEATED.sub(r"\1\1", found[-1])]
    if _OVERRIDES.search(text):
        found.append(normalise(text[::-1]))
    if len(_BACKWARDS.findall(found[0])) > 1:
        found.append(normalise(text[::-1]))
    found.append(_unmasked(found[0]))
    turned = normalise(codecs.encode(text, "rot13"))
    if _SENTENCE.search(turned):
        found.append(turned)
    decoded = _decoded(text)
    if decoded:  # in its place, and all of them alone
        found += [normalise(_BASE64.sub(lambda match: decoded.get(match[0], match[0]), text)), *decoded.values()]
    return tuple(dict.fromkeys(found))


def _unmasked(plain: str) -> str:
    """The text with starred-out letters of well-known words put back: "n*ked"; itself when it has none."""

    def word(match: re.Match[str]) -> str:
        shown = re.compile(re.sub(r"[^a-z]", "[a-z]", match[0]))
        hidden = len(re.sub(r"[a-z]", "", match[0]))
        fits = (word for word in _STARRED.split() if len(word) == len(match[0]) and shown.fullmatch(word))
        return match[0] if hidden > 2 else next(fits, match[0])

    return _MASK.sub(word, plain)


def _decoded(text: str) -> dict[str, str]:
    found = {}
    for match in _BASE64.finditer(text):
        try:
            coded = match[0].rstrip("=").translate(_URL_SAFE)
            decoded = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        decoded = decoded.replace("\0", "")  # of UTF-16
        if all(c.isprintable() or c.isspace() for c in decoded) and any(c.isalpha() for c in decoded):
            found[match[0]] = f" {normalise(decoded)} "
    return found
