package wire

// PageData is the data of one page of explain.
type PageData struct {
	APIVersion string        `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string        `json:"kind" jsonschema:"enum=Page"`
	Name       string        `json:"name"`
	Title      string        `json:"title"`
	Sections   []PageSection `json:"sections"`
	See        []string      `json:"see"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// PageSection is one section of a page.
type PageSection struct {
	Heading    string      `json:"heading"`
	Paragraphs []string    `json:"paragraphs"`
	Points     []PagePoint `json:"points"`
	Example    string      `json:"example"`
}

// PagePoint is one line of a list; term may be empty.
type PagePoint struct {
	Term string `json:"term"`
	Text string `json:"text"`
}

// PageList is the data of explain without arguments.
type PageList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=PageList"`
	// Of is what the pages are of: topics and checks, rules, or symptoms.
	Of    string     `json:"of" jsonschema:"enum=contents,enum=rules,enum=symptoms"`
	Items []PageItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// PageItem is one topic or check. Severity is "" for a topic.
type PageItem struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
}
