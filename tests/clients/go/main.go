// An environment's life through the AWS SDK for Go: template → version → environment → update → deletion.
// Usage: environment BUCKET KEY. Says as JSON what it saw.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/request"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/proton"
)

const (
	spec     = "proton: EnvironmentSpec\nspec:\n  stage: staging\n"
	template = "go-team"
	name     = "go"
)

var quick = []request.WaiterOption{
	request.WithWaiterDelay(request.ConstantWaiterDelay(200 * time.Millisecond)),
	request.WithWaiterMaxAttempts(300),
}

// walk is the client and what it saw.
type walk struct {
	*proton.Proton
	seen map[string]any
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: environment BUCKET KEY")
	}
	// This SDK has no variable of its own for the endpoint of one service.
	config := aws.NewConfig().WithEndpoint(os.Getenv("AWS_ENDPOINT_URL_PROTON")).WithMaxRetries(0)
	w := walk{proton.New(session.Must(session.NewSession(config))), map[string]any{}}
	for _, step := range []func() error{
		func() error { return w.register(os.Args[1], os.Args[2]) },
		w.deploy,
		w.delete,
	} {
		if err := step(); err != nil {
			log.Fatal(err)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(w.seen); err != nil {
		log.Fatal(err)
	}
}

func (w walk) register(bucket, key string) error {
	if _, err := w.CreateEnvironmentTemplate(&proton.CreateEnvironmentTemplateInput{Name: aws.String(template)}); err != nil {
		return err
	}
	created, err := w.CreateEnvironmentTemplateVersion(&proton.CreateEnvironmentTemplateVersionInput{
		TemplateName: aws.String(template),
		Source:       &proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: &bucket, Key: &key}},
	})
	if err != nil {
		return err
	}
	part := proton.GetEnvironmentTemplateVersionInput{
		TemplateName: aws.String(template),
		MajorVersion: created.EnvironmentTemplateVersion.MajorVersion,
		MinorVersion: created.EnvironmentTemplateVersion.MinorVersion,
	}
	err = w.WaitUntilEnvironmentTemplateVersionRegisteredWithContext(aws.BackgroundContext(), &part, quick...)
	if err != nil {
		return err
	}
	if _, err = w.UpdateEnvironmentTemplateVersion(&proton.UpdateEnvironmentTemplateVersionInput{
		TemplateName: part.TemplateName,
		MajorVersion: part.MajorVersion,
		MinorVersion: part.MinorVersion,
		Status:       aws.String(proton.TemplateVersionStatusPublished),
	}); err != nil {
		return err
	}
	found, err := w.GetEnvironmentTemplate(&proton.GetEnvironmentTemplateInput{Name: aws.String(template)})
	if err == nil {
		w.seen["recommended"] = *found.EnvironmentTemplate.RecommendedVersion
	}
	return err
}

func (w walk) deploy() error {
	created, err := w.CreateEnvironment(&proton.CreateEnvironmentInput{
		Name:                 aws.String(name),
		TemplateName:         aws.String(template),
		TemplateMajorVersion: aws.String("1"),
		Spec:                 aws.String(spec),
	})
	if err != nil {
		return err
	}
	first := created.Environment.LastAttemptedDeploymentId
	w.seen["created"] = *created.Environment.DeploymentStatus
	if err = w.deployed(); err != nil {
		return err
	}
	changed := strings.Replace(spec, "staging", "development", 1)
	updated, err := w.UpdateEnvironment(&proton.UpdateEnvironmentInput{
		Name:           aws.String(name),
		DeploymentType: aws.String(proton.DeploymentUpdateTypeCurrentVersion),
		Spec:           &changed,
	})
	if err != nil {
		return err
	}
	if err = w.deployed(); err != nil {
		return err
	}
	return w.look(changed, first, updated.Environment.LastAttemptedDeploymentId)
}

func (w walk) deployed() error {
	input := &proton.GetEnvironmentInput{Name: aws.String(name)}
	return w.WaitUntilEnvironmentDeployedWithContext(aws.BackgroundContext(), input, quick...)
}

// look reads back what was deployed.
func (w walk) look(changed string, first, second *string) error {
	found, err := w.GetEnvironment(&proton.GetEnvironmentInput{Name: aws.String(name)})
	if err != nil {
		return err
	}
	w.seen["status"] = *found.Environment.DeploymentStatus
	w.seen["specIsNew"] = *found.Environment.Spec == changed
	w.seen["succeededAtIsADate"] = time.Since(*found.Environment.LastDeploymentSucceededAt) < time.Hour
	if err = w.deployments(first, second); err != nil {
		return err
	}
	deployment, err := w.GetDeployment(&proton.GetDeploymentInput{Id: second})
	if err != nil {
		return err
	}
	w.seen["initialStage"] = *deployment.Deployment.InitialState.Environment.Spec == spec
	w.seen["targetStage"] = *deployment.Deployment.TargetState.Environment.Spec == changed
	stages := []string{}
	for _, id := range []*string{first, second, nil} {
		listed, err := w.ListEnvironmentOutputs(&proton.ListEnvironmentOutputsInput{EnvironmentName: aws.String(name), DeploymentId: id})
		if err != nil {
			return err
		}
		for _, output := range listed.Outputs {
			if *output.Key == "Stage" {
				stages = append(stages, *output.ValueString)
			}
		}
	}
	w.seen["outputs"] = stages
	return nil
}

func (w walk) deployments(first, second *string) error {
	var ids []string
	var pages []int
	input := &proton.ListDeploymentsInput{EnvironmentName: aws.String(name), MaxResults: aws.Int64(1)}
	err := w.ListDeploymentsPages(input, func(page *proton.ListDeploymentsOutput, _ bool) bool {
		pages = append(pages, len(page.Deployments))
		for _, deployment := range page.Deployments {
			ids = append(ids, *deployment.Id)
		}
		return true
	})
	w.seen["pages"] = pages
	w.seen["newestFirst"] = len(ids) == 2 && ids[0] == *second && ids[1] == *first
	return err
}

func (w walk) delete() error {
	deleting, err := w.DeleteEnvironment(&proton.DeleteEnvironmentInput{Name: aws.String(name)})
	if err != nil {
		return err
	}
	w.seen["deleting"] = *deleting.Environment.DeploymentStatus
	// There is no waiter for a deleted environment: asks until the SDK's typed error says that there is none.
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		_, err = w.GetEnvironment(&proton.GetEnvironmentInput{Name: aws.String(name)})
		var missing *proton.ResourceNotFoundException
		if errors.As(err, &missing) {
			w.seen["gone"] = missing.Code()
			break
		}
		if err != nil || time.Now().After(deadline) {
			return fmt.Errorf("the environment is still there: %w", err)
		}
	}
	again, err := w.DeleteEnvironment(&proton.DeleteEnvironmentInput{Name: aws.String(name)})
	if err == nil {
		w.seen["deletedTwice"] = again.Environment == nil
	}
	return err
}
