"""Gradebooks, participant lists and worksheets of Moodle 4 and 5 and of Canvas, in the languages of their sites."""

from zoneinfo import ZoneInfo

import pytest

from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.marking.worksheet import read_worksheet, worksheet_in

GRADEBOOKS = {
    "en": "First name,Last name,ID number,Institution,Department,Email address,Quiz: W1 (Real),Last downloaded",
    "en, Moodle 3": "First name,Surname,ID number,Institution,Department,Email address,Quiz: W1 (Real),x",
    "de": "Vorname,Nachname,ID-Nummer,Institution,Abteilung,E-Mail-Adresse,Test: W1 (Punkte),Zuletzt geladen",
    "fr": "Prénom,Nom de famille,Numéro d’identification,Institution,Département,Adresse de courriel,Test (Brut),x",
    "es": "Nombre,Apellido(s),Número de ID,Institución,Departamento,Dirección de correo,Test: W1 (Real),x",
    "it": "Nome,Cognome,Codice identificativo,Istituzione,Dipartimento,Indirizzo email,Quiz: W1 (Punteggio),x",
    "pt-br": "Nome,Sobrenome,Número de identificação,Instituição,Departamento,Endereço de email,T: W1 (Real),x",
    "pt": "Nome,Apelido,Número de ID,Instituição,Departamento,Endereço de e-mail,Teste: W1 (Real),x",
    "nl": "Voornaam,Achternaam,ID-nummer,Instelling,Afdeling,E-mailadres,Test: W1 (Echt),x",
    "pl": "Imię,Nazwisko,Numer ID,Instytucja,Wydział,Adres e-mail,Test: W1,x",
    "ru": "Имя,Фамилия,Индивидуальный номер,Учреждение,Отдел,Адрес электронной почты,Тест: W1,x",
}


@pytest.fixture
def write(tmp_path):
    def writing(text, encoding="utf-8-sig"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return writing


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("language", GRADEBOOKS)
def test_a_gradebook_is_a_roster(write, language, delimiter):
    rows = ("Zoë,Núñez,s8,Uni,Bio,zoe@uni.example,8.00,1772441700", "Ann,Lee,s9,Uni,Bio,ann@uni.example,-,1772441700")
    path = write("\n".join([GRADEBOOKS[language], *rows]).replace(",", delimiter) + "\n")
    first, second = read_roster(path).learners
    assert (first.id, first.name, first.email) == ("s8", "Zoë Núñez", "zoe@uni.example")
    assert (second.id, second.name, second.email) == ("s9", "Ann Lee", "ann@uni.example")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "header",
    [
        "名,姓,IDナンバー,所属組織,部署,メールアドレス,小テスト: W1 (実データ)",
        "名,姓,学号,机构,系别,电子邮件地址,测验: W1 (实际分数)",
    ],
)
def test_the_family_name_comes_first_where_it_does(write, header, encoding):
    (learner,) = read_roster(write(f"{header}\n花子,山田,s8,大学,生物,h@uni.example,8\n", encoding)).learners
    assert (learner.id, learner.name, learner.email) == ("s8", "山田 花子", "h@uni.example")


def test_a_participant_list_has_the_groups_too(write):
    (learner,) = read_roster(
        write("Vorname,Nachname,E-Mail-Adresse,Gruppen\nAnn,Lee,ann@uni.example,Gruppe A\n")
    ).learners
    assert (learner.id, learner.name, learner.section) == ("ann@uni.example", "Ann Lee", "Gruppe A")


WORKSHEETS = {  # the first cell, the columns behind the e-mail address, and a time
    "en": (
        "Participant 71",
        "Identifier",
        "Email address",
        "Last modified (submission)",
        "Monday, 2 March 2026, 6:15 PM",
    ),
    "de": (
        "Teilnehmer/in71",
        "ID",
        "E-Mail-Adresse",
        "Zuletzt geändert (Abgabe)",
        "Montag, 2. März 2026, 18:15",
    ),
    "fr": (
        "Participant 71",
        "Identifiant",
        "Adresse de courriel",
        "Dernière modification (travail remis)",
        "lundi 2 mars 2026, 18:15",
    ),
    "es": (
        "Participante 71",
        "Identificador",
        "Dirección de correo",
        "Última modificación (entrega)",
        "lunes, 2 de marzo de 2026, 18:15",
    ),
    "it": (
        "Partecipante 71",
        "Identificativo",
        "Indirizzo email",
        "Ultima modifica (consegna)",
        "lunedì, 2 marzo 2026, 18:15",
    ),
    "pt-br": (
        "Participante 71",
        "Identificador",
        "Endereço de email",
        "Última modificação (envio)",
        "segunda-feira, 2 mar. 2026, 18:15",
    ),
    "nl": (
        "Deelnemer 71",
        "Identificatie",
        "E-mailadres",
        "Laatst gewijzigd (inzending)",
        "maandag, 2 maart 2026, 18:15",
    ),
    "ja": (
        "参加者 71",
        "識別子",
        "メールアドレス",
        "最終更新日時 (提出)",
        "2026年 03月 2日(月曜日) 18:15",
    ),
    "zh": (
        "参与者71",
        "标识符",
        "电子邮件地址",
        "最后修改（提交）",
        "2026年3月2日 星期一 下午 6:15",
    ),
}


@pytest.mark.parametrize("language", WORKSHEETS)
def test_a_worksheet_says_who_is_who_and_when(write, language):
    number, first, mail, changed, at = WORKSHEETS[language]
    path = write(f'{first},Name,{mail},Status,"{changed}"\n{number},Zoë Núñez,zoe@uni.example,x,"{at}"\n')
    roster = read_roster(path)
    zone = ZoneInfo("Europe/Berlin")
    found = read_worksheet(path, roster, zone)
    assert found.learners["71"].email == "zoe@uni.example"
    assert found.times["71"].isoformat() == "2026-03-02T18:15:00+01:00"
    assert worksheet_in(roster).learners["71"].email == "zoe@uni.example"


@pytest.mark.parametrize(
    "lines",
    [
        ",,,,,Manual Posting,\n    Points Possible,,,,,9,(read only)\n",  # today
        ",,,,,Muted,\n    Points Possible,,,,,9,(read only)\n",  # muted columns, until 2020
        "    Points Possible,,,,,9,(read only)\n",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_gradebook_of_canvas_with_all_that_is_no_learner(write, lines, delimiter):
    text = (
        f"Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (417),Final Score\n{lines}"
        '"Núñez| Zoë",101,s8,zoe,Bio 1 and Bio 2,8,80.00\n"Student| Test",900,,' + "0a1b2c3d" * 5 + ",Bio 1,,\n"
    )
    path = write(text.replace(",", delimiter).replace("|", ","))
    roster = read_roster(path)
    (learner,) = roster.learners
    assert (learner.id, learner.name, learner.section) == ("101", "Núñez, Zoë", "Bio 1 and Bio 2")
    assert roster.find("s8") is roster.find("zoe") is learner
