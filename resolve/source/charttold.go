package source

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// tell says once which charts were rendered with their own values, and of each what could not be
// rendered of it.
func (l *listing) tell(results []*result) {
	var own []string
	for _, r := range results {
		switch {
		case r.partOf != "":
			l.note(r.fileOf("Chart.yaml"), "the Helm chart "+r.at+" was rendered as a dependency of "+r.partOf+", and not by itself", "--helm "+shell.Word(r.at)+" renders it by itself")
			continue
		case r.err != nil:
			l.failed(*r)
			continue
		case !r.asked && !r.rendered.Library:
			own = append(own, r.at)
		}
		l.incomplete(*r)
	}
	if len(own) == 0 {
		return
	}
	message, which := "1 Helm chart was rendered with its own values: ", own[0]
	if len(own) > 1 {
		message = fmt.Sprintf("%d Helm charts were rendered with their own values: ", len(own))
	}
	const most = 5
	if len(own) > most {
		message += strings.Join(own[:most], ", ") + fmt.Sprintf(" and %d more", len(own)-most)
	} else {
		message += strings.Join(own, ", ")
	}
	l.notes = append(l.notes, manifest.Note{
		Message: message, Hint: "--helm " + shell.Word(which) + ",VALUES renders it with a file of values; --no-render reads the files of charts as they are",
	})
}

// failed tells why a chart was not rendered.
func (l *listing) failed(r result) {
	at := resolve.Position{File: r.fileOf("Chart.yaml")}
	why := reason(r.err).Error()
	var blamed *helm.Error
	if errors.As(r.err, &blamed) {
		why = blamed.Reason
		if file, line, ok := strings.Cut(blamed.At, ":"); ok {
			at.File = r.fileOf(file)
			at.Line, _ = strconv.Atoi(line) // what helm blames is a line of a file
		}
	}
	if r.release.Archive {
		at = resolve.Position{File: r.at}
	}
	message := fmt.Sprintf("the Helm chart %s was not rendered: %s", r.at, why)
	if r.asked {
		l.problems = append(l.problems, resolve.Problem{Position: at, Message: message, Hint: "the answer does not contain it; " + r.helmTemplate() + " shows the error"})
		return
	}
	l.notes = append(l.notes, manifest.Note{
		Position: at, Message: message + "; its files are read as they are",
		Hint: "--helm " + shell.Word(r.at) + ",VALUES renders it with a file of values",
	})
}

// helmTemplate is the command that shows what is wrong.
func (c *chart) helmTemplate() string {
	command := "helm template " + shell.Word(c.at)
	for _, v := range c.release.Values {
		command += " -f " + shell.Word(v.Name)
	}
	for _, s := range c.release.Set {
		command += " --set " + shell.Word(s)
	}
	for _, s := range c.release.SetString {
		command += " --set-string " + shell.Word(s)
	}
	return command
}

// incomplete tells what a chart that was rendered lacks.
func (l *listing) incomplete(r result) {
	at := resolve.Position{File: r.fileOf("Chart.yaml")}
	if r.release.Archive {
		at.File = r.at
	}
	for _, name := range r.rendered.Missing {
		message := fmt.Sprintf("the Helm chart %s was rendered without its dependency %s, which is not in charts/", r.at, name)
		hint := "helm dependency build " + shell.Word(r.at) + " fetches it"
		if r.asked {
			l.problems = append(l.problems, resolve.Problem{Position: at, Message: message, Hint: hint})
			continue
		}
		l.notes = append(l.notes, manifest.Note{Position: at, Message: message, Hint: hint, Unread: true, Unrendered: "the dependency " + name + " of the Helm chart " + r.at})
	}
	for _, left := range r.left {
		l.note(at.File, "the Helm chart "+r.at+" was rendered without a file: "+left, "")
	}
	if r.rendered.Unchecked {
		l.note(at.File, "the values of the Helm chart "+r.at+" were not compared with values.schema.json, which refers to other files", "")
	}
	if r.rendered.Library && r.asked {
		l.note(at.File, "the Helm chart "+r.at+" is a library: it deploys nothing by itself", "")
	}
}
