"""Names that people have: family names and given names, as data."""

from __future__ import annotations

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路"
    "游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全"
    "佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚"
    "鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁"
    "芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭況况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉"
    "冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
SURNAMES = frozenset(_SURNAMES)
COMMON = _SURNAMES[:20]
"""The commonest: half of all people have one of them."""
_COMPOUND = (
    "欧阳 上官 皇甫 令狐 诸葛 司徒 司马 申屠 夏侯 贺兰 完颜 慕容 尉迟 长孙 东方 独孤 "
    "南宫 西门 公孙 宇文 轩辕 端木 百里 呼延 太史 澹台 淳于 单于 司空 濮阳"
)
COMPOUND = tuple(_COMPOUND.split())
PLACES = "省市县区镇乡村路街道州旗屯湖江河山岛港湾寺桥科室院校所店部局厅"
"""How the names of places and offices end, which also begin with family names."""
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "herr", "frau"})
_GIVEN = (
    "aaron abdul abigail adam ahmed aisha alan albert alejandro alex alexander alexandra alexis ali alice alicia "
    "alison amanda amber amelia amir amy ana andre andrea andreas andrew angel angela anita ann anna anne annie "
    "anthony antonio arjun arthur ashley austin ava barbara beatriz ben benjamin bernard beth betty beverly bjorn "
    "bonnie brandon brenda brian bruce bryan caleb camila carl carla carlos carol caroline carolyn catherine cecilia "
    "charles charlotte chen cheryl chloe chris christian christina christine christopher cindy claire clara claudia "
    "connor craig crystal cynthia daniel danielle david dawn deborah deepak denise dennis diana diane diego dmitri "
    "dominic donald donna dorothy douglas dylan edward eileen elaine elena eli elias elijah elizabeth ella ellen "
    "emily emma eric erica erik erin ethan eugene eva evelyn fatima felix fernando fiona florence frances francesca "
    "francis francisco frank fred gabriel gabriela gary george gerald giovanni gloria grace graham grant gregory "
    "hannah hans harold harry hassan heather heidi helen helena henry howard hugo ian ibrahim igor ingrid irene isaac "
    "isabel isabella ivan jack jackson jacob jacqueline james jamie jan jane janet janice jasmine jason javier jean "
    "jeff jeffrey jennifer jeremy jerry jesse jessica joan joanna joanne joe joel johan johannes john johnny jonathan "
    "jordan jorge jose joseph joshua joyce juan judith judy julia julian julie justin karen karl katarzyna kate "
    "katherine kathleen kathryn katie kayla keith kelly kenneth kevin khalid kim kimberly klaus krzysztof kumar kwame "
    "kyle lakshmi lars laura lauren lawrence leah lena leo leon leonard liam lily linda lisa logan lori louis louise "
    "lucas lucia lucy luis luke luna madison magdalena manuel marco margaret maria marie marilyn mario marion mark "
    "markus marta martha martin mary mason mateo matthew maya megan mehmet melanie melissa mia michael michel "
    "michelle miguel mikhail mohamed mohammad mohammed monica muhammad mustafa nancy naomi natalia natalie natasha "
    "nathan nathaniel nicholas nicola nicole nikhil nina noah nora norma oisin oliver olivia omar oscar pamela "
    "patricia patrick paul paula pauline pavel pedro peter philip philippe pierre piotr priya rachel rafael rahul raj "
    "rajesh ralph ravi raymond rebecca ricardo richard rita robert roberto robin roger roland ronald rosa rose roy "
    "russell ruth ryan sabrina sally sam samantha samir samuel sandra sanjay sara sarah scott sean sebastian sergei "
    "sergey sharon sheila shirley silvia simon sofia sophia sophie stefan stephanie stephen steve steven stuart "
    "sunita susan svetlana sven sylvia tamara tanya tatiana taylor teresa terry thandiwe theodore theresa thomas "
    "tiffany tim timothy tina todd tom tomasz tony tracy tyler valentina valerie vanessa vera veronica victor "
    "victoria vijay vikram vincent virginia vladimir walter wanda wayne wendy wei william xavier yasmin yusuf yvonne "
    "zachary zainab zoe"
)
GIVEN = frozenset(_GIVEN.split())
