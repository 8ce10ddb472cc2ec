"""URLs of databases: no secret of one is seen, and one that cannot hold a study is refused."""

import pytest

from golden_model.studies.sweep.urls import check_url, shown, without_secrets

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("a://h:5/d", "a://h:5/d"),
        ("a://u@h:5/d", "a://h:5/d"),
        ("a://u:hunter2@h:5/d", "a://h:5/d"),
        ("a://u:hunter2@[::1]:5/d", "a://[::1]:5/d"),
        ("a://u:hunter2@h:5,[::1],i:6/d", "a://h:5,[::1],i:6/d"),
        ("a://u:p:@/hunter2@h/d", "a://h/d"),
        ("a://u:p@hunter2@h/d", "a://h/d"),
        ("a://u:p/hunter2@h/d", "a://h/d"),
        ("a://u:p?hunter2@h/d", "a://***"),
        ("a://h/d?password=p@hunter2", "a://***"),
        ("a://u:hunter2", "a://***"),
        ("a://u:hunter2/d", "a://***"),
        ("a:///d?user=u&password=hunter2&x=1", "a:///d"),
        ("a://h/d?sslpassword=hunter2", "a://h/d"),
        ("a://h/d?%70assword=hunter2", "a://h/d"),
        ("a://h/d?passfile=/hunter2", "a://h/d"),
        ("a://?service=hunter2", "a://"),
        ("a+b://h/d?token=hunter2", "a+b://h/d"),
        ("mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Dhunter2", "mssql+pyodbc:///"),
        ("sqlite:////home/me@work/study.db?key=hunter2", "sqlite:////home/me@work/study.db"),
        ("--storage=a://u:hunter2@h", "--storage=a://h"),
        ("study.db", "study.db"),
        ("C:/x:y", "C:/x:y"),
        ("user=u password=hunter2", "***"),
        ("u:hunter2@h/d", "***"),
    ],
)
def test_shown(url: str, seen: str) -> None:
    assert shown(url) == seen
    assert SECRET not in seen


@pytest.mark.parametrize(
    ("text", "url", "left"),
    [
        ("no u hunter2 at h", "a://u:hunter2@h/d", "no u *** at h"),
        ("no hunter2", "a://h/d?x=hunter2&x=y", "no ***"),
        ("no hun%ter2, hun%25ter2", "a://h/d?x=hun%2525ter2", "no ***, ***"),
        ("no {hunter2}", "a://h/?odbc_connect=UID%3Du%3BPWD%3D%7Bhunter2%7D", "no {***}"),
        ("port 15 is closed", "a://h/d?x=1", "port 15 is closed"),
        ("as it is", "none", "as it is"),
        ('failed for user "alice"', "postgresql://alice:p@h/d", 'failed for user "***"'),
        ('no option "tail"', "postgresql://h/d?password=ab&tail=z", 'no option "***"'),  # of ab&tail
    ],
)
def test_without_secrets(text: str, url: str, left: str) -> None:
    assert without_secrets(text, url) == left


@pytest.mark.parametrize(
    "url", ["postgresql://u:p%40@h/d", "postgresql+psycopg://h:5/d?sslmode=require", "sqlite:///a@b/c.db"]
)
def test_legal(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://me:hunter2@host:port/x", "postgresql://*** is not the URL of a database"),
        ("://x", "://x is not the URL of a database"),
        (
            "postgres://me:hunter2@h/d",
            "postgres://h/d cannot be used: unknown kind of database 'postgres', did you mean 'postgresql'?",
        ),
        (
            "sqlite3:///x",
            "sqlite3:///x cannot be used: unknown kind of database 'sqlite3', did you mean 'sqlite'?",
        ),
        (
            "mysql+nothing://h",
            "mysql+nothing://h cannot be used: unknown kind of database 'mysql+nothing', "
            "did you mean 'mysql'?",
        ),
        (
            "zzz://h",
            "zzz://h cannot be used: unknown kind of database 'zzz', known are postgresql, mysql, mariadb, "
            "oracle, mssql, sqlite",
        ),
        (
            "postgresql://u:p@hunter2@h/d",
            "postgresql://h/d is given with a password that has an @, write %40 for it",
        ),
        *[
            (url, f"{shown(url)} is a database in memory, which ends with its process, name a file")
            for url in (
                "sqlite://",
                "sqlite:///",
                "sqlite:///:memory:",
                "sqlite+pysqlite:///:memory:",
                "sqlite:///file::memory:?cache=shared&uri=true",
                "sqlite:///file:%3Amemory%3A?uri=true",
                "sqlite:///file:x?mode=memory&uri=true",
                "sqlite:///file:x?%6Dode=memory&uri=true",
                "sqlite:///file:/x?vfs=memdb&uri=true",
            )
        ],
    ],
)
def test_refusals(url: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        check_url(url)
    assert str(error.value) == message
