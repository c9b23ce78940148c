"""Every name on the wire: Strawberry types, inputs, enums, descriptions; `schema.graphql` is the committed SDL."""
