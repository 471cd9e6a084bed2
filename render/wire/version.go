package wire

// APIVersion is the version of the wire types, and APIVersion2 of those kinds that changed
// since: ConnectionList and ConnectionPairList. A change that a reader of the old shape
// cannot live with needs a new version.
const (
	APIVersion  = "mtlsctl.io/v1alpha1"
	APIVersion2 = "mtlsctl.io/v1alpha2"
)
