"""What a resource may hold: attributes, the served schemas, resource types with every spelling of an attribute."""
