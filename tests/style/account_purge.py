#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every table that has something of an account is emptied of it when the account is gone.

usage: account_purge.py ROOT. Prints the tables that no query of account_purge.sql deletes from, and
exits 1.
"""
import pathlib
import re
import sys

NOT_OF_ACCOUNTS = {"setting", "account_gone", "signin_token_used"}


def main():
    store = pathlib.Path(sys.argv[1], "schema", "store")
    schema = (store / "schema.golden").read_text(encoding="utf-8")
    queries = (store / "account_purge.sql").read_text(encoding="utf-8")
    tables = set(re.findall(r"^CREATE TABLE (\w+)", schema, re.MULTILINE)) - NOT_OF_ACCOUNTS
    missing = sorted(tables - set(re.findall(r"\bDELETE FROM (\w+)", queries)))
    for table in missing:
        print(f"account_purge.sql deletes nothing from {table}: a query there, and its name in "
              "lib/access/account_purge.c")
    return 1 if missing else 0


sys.exit(main())
