import unittest

from context import operation
from generator.roles import role_members, source

MAP = {"Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}}


def saying(member, says):
    """An operation with one member, of which the model says something."""
    name, _, shape = member.partition(":")
    made = operation("Go", member, shapes=MAP)
    made.shapes["Input"]["members"][name] = {"shape": shape or "Text", "documentation": f"<p>{says}</p>"}
    return made


class Roles(unittest.TestCase):
    """Which members take a role, by their names and by what the model says of them."""

    def members(self, member, says):
        return role_members("svc", saying(member, says))

    def test_a_role_is_given_by_its_name_too(self):
        self.assertEqual(self.members("RoleName", "The name of the role to use when not using the default role."), ["RoleName"])
        self.assertEqual(self.members("RoleName", "The LDAP attribute that identifies the group."), [])

    def test_a_map_or_a_text_of_settings_may_carry_a_role(self):
        self.assertEqual(self.members("Attributes:Map", "<code>DeliveryRoleArn</code> - what writes the stream."), ["Attributes{}"])
        self.assertEqual(self.members("SettingValue", "For the default, enter the name of an IAM role."), ["SettingValue"])
        self.assertEqual(self.members("Parameters", '{"RoleArn" : "arn:aws:iam::111122223333:role/Launch"}'), ["Parameters"])
        self.assertEqual(self.members("Attributes:Map", "The delay in seconds."), [])
        self.assertEqual(self.members("Description", "The RoleArn is given elsewhere."), [])

    def test_a_role_among_settings_stands_in_no_certain_place(self):
        self.assertEqual(source(["RoleName"]), "RoleName")
        for paths in (["Attributes{}"], ["Parameters"], ["SettingValue"], ["RoleArn", "OtherRoleArn"]):
            self.assertIsNone(source(paths))


if __name__ == "__main__":
    unittest.main()
