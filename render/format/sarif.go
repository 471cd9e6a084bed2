package format

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// sarifFormat is -o sarif: SARIF 2.1.0 for code scanning. What is hidden is a
// suppressed result, and what the answer lacks a notification of the run.
type sarifFormat struct{}

// home is where the tool and its checks are told about.
const home = "https://github.com/mtlsctl/mtlsctl"

// Format implements Format.
func (sarifFormat) Format(b *bytes.Buffer, v View, o Options) error {
	c, err := placedCases(v, "sarif", o)
	if err != nil {
		return err
	}
	driver := sarif.NewToolComponent().WithName("mtlsctl").WithInformationURI(home)
	index := map[string]int{}
	for i, r := range c.Rules {
		driver.AddRule(sarifRule(r))
		index[r.Code] = i
	}
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("utf16CodeUnits")
	all := append(slices.Clone(c.Found), c.Hidden...)
	for i := range all {
		r := sarifResult(&all[i])
		if at, known := index[all[i].Code]; known {
			r.WithRuleIndex(at)
		}
		run.AddResult(r)
	}
	if c.Incomplete != "" {
		run.AddInvocation(incomplete(c.Incomplete))
	}
	report := sarif.NewReport()
	report.AddRun(run)
	var text bytes.Buffer
	if err := report.PrettyWrite(&text); err != nil {
		return err
	}
	b.Write(anonymous(text.Bytes()))
	b.WriteByte('\n')
	return nil
}

// sarifLevels are SARIF's words for severities.
var sarifLevels = map[string]string{"error": "error", "warning": "warning", "info": "note"}

// suppressionKinds are SARIF's words: annotations stand on the object itself.
var suppressionKinds = map[string]string{"annotation": "inSource", "istioctl's annotation": "inSource", "ignore rule": "external", "baseline": "external"}

// incomplete is the run of an answer that lacks something: it came to its end, and says what
// it could not look at.
func incomplete(text string) *sarif.Invocation {
	note := sarif.NewNotification().WithLevel("warning").WithMessage(sarif.NewTextMessage(text))
	return sarif.NewInvocation().WithExecutionSuccessful(true).AddToolExecutionNotification(note)
}

func sarifRule(c *analyze.Check) *sarif.ReportingDescriptor {
	r := sarif.NewReportingDescriptor().WithID(c.Code).WithName(c.Name)
	r.WithShortDescription(message(c.Title)).WithFullDescription(message(oneLine(c.Why)))
	help := message("Fix: " + c.Fix)
	text := oneLine(c.Why) + "\n\n**Fix**: " + c.Fix + "\n\nFound in:\n\n```yaml\n" + c.Before + "```\n\nClean:\n\n```yaml\n" + c.After + "```\n"
	help.Markdown = &text
	r.WithHelp(help)
	if len(c.Docs) > 0 {
		r.WithHelpURI(c.Docs[0])
	}
	r.WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevels[c.Severity.String()]))
	tags := []string{"istio", "mtls"}
	for _, k := range c.Controls {
		tags = append(tags, k.String())
	}
	r.WithProperties(sarif.NewPropertyBag().Add("tags", tags).Add("problem.severity", problemSeverity(c.Severity)).Add("precision", "high"))
	return r
}

// problemSeverity is GitHub's word.
func problemSeverity(s analyze.Severity) string {
	if s == analyze.Info {
		return "recommendation"
	}
	return s.String()
}

func sarifResult(c *Case) *sarif.Result {
	text := c.Says()
	if c.Fix != "" {
		text += ". Fix: " + c.Fix
	}
	r := sarif.NewResult().WithLevel(sarifLevels[c.Level]).WithMessage(sarif.NewMessage().WithText(text))
	r.WithRuleID(cmp.Or(c.Code, "expectation"))
	r.AddLocation(sarifLocation(c.Object, c.Cluster, c.Position))
	for i := range c.Same {
		p := &c.Same[i]
		location := sarifLocation(p.Object, c.Cluster, p.Position)
		r.AddRelatedLocation(location.WithID(i + 1).WithMessage(sarif.NewTextMessage("same cause: " + p.Object.String())))
	}
	if c.Fingerprint != "" {
		r.WithPartialFingerprints(map[string]string{"mtlsctl/v1": c.Fingerprint})
	}
	if c.HiddenBy != "" {
		suppression := sarif.NewSuppression().WithKind(suppressionKinds[c.HiddenBy]).WithJustification(strings.TrimSuffix(c.HiddenBy+": "+c.Reason, ": "))
		r.WithSuppressions([]*sarif.Suppression{suppression})
	}
	if c.Known {
		r.WithBaselineState("unchanged")
	}
	r.WithProperties(sarif.NewPropertyBag().Add("confidence", cmp.Or(c.Confidence, analyze.Certain.String())))
	return r
}

// sarifLocation is where an object is written.
func sarifLocation(object resolve.Ref, cluster string, at resolve.Position) *sarif.Location {
	location := sarif.NewLocation()
	artifact := sarif.NewArtifactLocation().WithURI(fileURI(fileOf(object, at)))
	region := sarif.NewRegion().WithStartLine(max(at.Line, 1))
	location.WithPhysicalLocation(sarif.NewPhysicalLocation().WithArtifactLocation(artifact).WithRegion(region))
	if object.Name != "" {
		name := strings.TrimPrefix(cluster+"/"+object.Path(), "/")
		location.AddLogicalLocation(sarif.NewLogicalLocation().WithName(object.Name).WithKind("resource").WithFullyQualifiedName(string(object.Kind) + " " + name))
	}
	return location
}

func message(text string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(text)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
