"""What `deploy/` promises: its files agree with the program, and nginx and systemd accept them where they are."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from hkplein.config import ROOT, SETTINGS

DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx/hkplein.conf").read_text()
UNIT = (DEPLOY / "systemd/hkplein.service").read_text()
GUIDE = (ROOT / "docs/deploy.md").read_text()


@pytest.mark.parametrize(
    "line",
    [
        "proxy_request_buffering on;",
        "proxy_buffering on;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "client_max_body_size 1m;",
        "client_header_timeout 10s;",
        "client_body_timeout 10s;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Host $host;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "return 301 https://$host$request_uri;",
        "limit_req zone=hkplein_sign_in",
        "error_page 502 504 =503 @away;",
    ],
)
def test_nginx_buffers_and_limits(line):
    assert line in NGINX


def test_the_log_of_nginx_holds_no_address_and_no_query():
    form = re.search(r"log_format hkplein '([^']+)'", NGINX)[1]
    assert set(re.findall(r"\$\w+", form)) <= {
        "$time_iso8601",
        "$request_id",
        "$status",
        "$request_method",
        "$uri",
        "$request_time",
    }


def test_the_page_for_when_we_are_away_is_in_both_languages_and_needs_nothing_else():
    page = (DEPLOY / "nginx/away.html").read_text()
    assert 'lang="nl"' in page and 'lang="en"' in page and not re.search(r"src=|href=|style", page)


def test_the_service_leaves_nothing_of_its_group_behind():
    from hkplein.serve import GRACE

    assert "KillMode=control-group" in UNIT
    assert int(re.search(r"TimeoutStopSec=(\d+)", UNIT)[1]) > GRACE + 2, "it would be killed while it answers"


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_systemd_accepts_the_unit(path, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd on this machine")
    unit = tmp_path / path.name
    unit.write_text(path.read_text().replace("/opt/hkplein/bin/hkplein", "/bin/true"))
    for other in (DEPLOY / "systemd").iterdir():
        if other != path:
            (tmp_path / other.name).write_text(other.read_text().replace("/opt/hkplein/bin/hkplein", "/bin/true"))
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True, timeout=60
    )
    assert not [line for line in checked.stderr.splitlines() if path.name in line], checked.stderr


def test_nginx_accepts_the_configuration(tmp_path):
    if not shutil.which("nginx") or not shutil.which("openssl"):
        pytest.skip("no nginx on this machine")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=plein.example.nl"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
    site = NGINX.replace("/etc/ssl/hkplein", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {site} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    asked = ["nginx", "-t", "-c", tmp_path / "nginx.conf", "-p", tmp_path]
    checked = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr


def test_every_setting_that_the_guide_names_is_one():
    known = {setting.name for setting in SETTINGS}
    assert set(re.findall(r"HKPLEIN_[A-Z_]+", GUIDE)) <= known


def test_every_file_that_the_guide_names_is_there():
    for path in re.findall(r"deploy/[\w./-]+\w", GUIDE):
        assert (ROOT / path).exists(), path
    assert (ROOT / "deploy/Containerfile").exists()
