package wire

// APIVersion is the version of the wire types. A change that a reader of the old
// shape cannot live with needs a new one.
const APIVersion = "mtlsctl.io/v1alpha1"
