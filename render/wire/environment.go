package wire

// EnvironmentList is the data of environments: what deploys the files of a repository, by where to.
type EnvironmentList struct {
	APIVersion string            `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string            `json:"kind" jsonschema:"enum=EnvironmentList"`
	Items      []EnvironmentItem `json:"items"`
	// Problems are what could not be read of what deploys files.
	Problems []Problem `json:"problems"`
	// Complete is true if everything that is deployed could be read.
	Complete bool `json:"complete"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// EnvironmentItem is what is deployed to one cluster: a mesh of its own.
type EnvironmentItem struct {
	// Name is the value of --environment.
	Name        string           `json:"name"`
	Deployments []DeploymentItem `json:"deployments"`
}

// DeploymentItem is something that deploys files.
type DeploymentItem struct {
	// Kind is Application, Kustomization, HelmRelease, or Overlay for a kustomization that somebody applies.
	Kind      string   `json:"kind" jsonschema:"enum=Application,enum=Kustomization,enum=HelmRelease,enum=Overlay"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	Position  Position `json:"position"`
	// ApplicationSet is the one that generates the Application, "" for none.
	ApplicationSet string `json:"applicationSet"`
	// Sources are the directories that are deployed, Renderers what renders each of them.
	Sources   []string `json:"sources"`
	Renderers []string `json:"renderers"`
	// Into is the namespace of objects that name none, Cluster the cluster as the deployment calls it.
	Into    string `json:"into"`
	Cluster string `json:"cluster"`
	// Objects is how many objects are deployed, Missing what of the deployment could not be read.
	Objects   int      `json:"objects"`
	Missing   []string `json:"missing"`
	Suspended bool     `json:"suspended"`
}
